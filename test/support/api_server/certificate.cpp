#include "test/support/api_server/certificate.h"

#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace weft::test {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

std::unexpected<Error> openssl_error(std::string_view what) {
  return fail("make a test certificate: {}: {}", what, ERR_reason_error_string(ERR_get_error()));
}

bool add_extension(X509* cert, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(cert, extension.get(), -1) == 1;
}

void set_common_name(X509_NAME* name, const char* value) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(value), -1, -1, 0);
}

// Everything but extensions and signature. `issuer` null: self-signed.
Cert start_certificate(EVP_PKEY* key, X509* issuer, const char* common_name, long serial) {
  Cert cert(X509_new());
  X509_set_version(cert.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 24 * 3600);
  X509_set_pubkey(cert.get(), key);
  set_common_name(X509_get_subject_name(cert.get()), common_name);
  X509_set_issuer_name(cert.get(), X509_get_subject_name(issuer != nullptr ? issuer : cert.get()));
  return cert;
}

Key make_key() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    boost::system::error_code error;
    boost::asio::ip::make_address(name, error);
    text += (text.empty() ? "" : ",") + std::string(error ? "DNS:" : "IP:") + name;
  }
  return text;
}

template <class Write>
std::string to_pem(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  write(bio.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(X509* cert) {
  return to_pem([cert](BIO* bio) { PEM_write_bio_X509(bio, cert); });
}

}  // namespace

Result<Certificates> make_certificates(const std::vector<std::string>& names) {
  const Key ca_key = make_key();
  const Key key = make_key();
  if (!ca_key || !key) return openssl_error("generate keys");
  const auto ca = start_certificate(ca_key.get(), nullptr, "weft-test-ca", 1);
  if (!add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE") ||
      X509_sign(ca.get(), ca_key.get(), EVP_sha256()) == 0) {
    return openssl_error("sign the authority");
  }
  const auto cert = start_certificate(key.get(), ca.get(), "weft-test-apiserver", 2);
  if (!add_extension(cert.get(), ca.get(), NID_subject_alt_name, alternative_names(names)) ||
      X509_sign(cert.get(), ca_key.get(), EVP_sha256()) == 0) {
    return openssl_error("sign the server certificate");
  }
  return Certificates{pem(ca.get()), pem(cert.get()), to_pem([&key](BIO* bio) {
                        PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
                      })};
}

}  // namespace weft::test
