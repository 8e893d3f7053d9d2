{{- define "weft.labels" -}}
{{ include "weft.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: weft
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Selectors cannot be changed later: nothing that varies. */}}
{{- define "weft.selector" -}}
app.kubernetes.io/name: weft
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "weft.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "weft.netConf" -}}
{{- $conf := dict }}
{{- if .Values.podCidr }}{{ $_ := set $conf "Network" .Values.podCidr }}{{ else }}{{ $_ := set $conf "EnableIPv4" false }}{{ end }}
{{- if .Values.podCidrv6 }}{{ $_ := set $conf "EnableIPv6" true }}{{ $_ := set $conf "IPv6Network" .Values.podCidrv6 }}{{ end }}
{{- with .Values.subnetLen }}{{ $_ := set $conf "SubnetLen" (int .) }}{{ end }}
{{- with .Values.ipv6SubnetLen }}{{ $_ := set $conf "IPv6SubnetLen" (int .) }}{{ end }}
{{- $backend := dict "Type" .Values.backend }}
{{- with .Values.vni }}{{ $_ := set $backend "VNI" (int .) }}{{ end }}
{{- with .Values.backendPort }}{{ $_ := set $backend "Port" (int .) }}{{ end }}
{{- with .Values.mtu }}{{ $_ := set $backend "MTU" (int .) }}{{ end }}
{{- if .Values.directRouting }}{{ $_ := set $backend "DirectRouting" true }}{{ end }}
{{- $_ := set $conf "Backend" $backend }}
{{- toPrettyJson $conf }}
{{- end }}
