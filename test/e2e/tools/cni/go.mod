// Pins cnitool, the reference caller of CNI plugins (libcni), for the tests.
module weft.network/test/e2e/tools/cni

go 1.26.0

tool github.com/containernetworking/cni/cnitool

require github.com/containernetworking/cni v1.3.0 // indirect
