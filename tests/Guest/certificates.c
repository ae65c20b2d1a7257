/* Certificate stores of crypt32: PKCS #12 files, and the certificates that the computer trusts.
 * PV_PFX names a file with the password "secret", an RSA key and the chain that CertificateTests put in; PV_ROOTS says whether the computer trusts any. */
#include "checks.h"
#include <wincrypt.h>

static BYTE file[65536];
static DWORD file_length;

static int read_file(void)
{
    char path[MAX_PATH];
    HANDLE handle;
    if (!GetEnvironmentVariableA("PV_PFX", path, sizeof path))
        return 0;
    handle = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE || !ReadFile(handle, file, sizeof file, &file_length, NULL))
        return 0;
    CloseHandle(handle);
    return 1;
}

static void broken(void)
{
    BYTE bytes[64] = {0x30, 0x3e, 2, 1, 3, 0x30, 0x39};
    CRYPT_DATA_BLOB blob = {sizeof bytes, bytes};
    CHECK("no file", !PFXIsPFXBlob(&(CRYPT_DATA_BLOB){4, (BYTE *)"none"}));
    CHECK("import nothing", PFXImportCertStore(&(CRYPT_DATA_BLOB){4, (BYTE *)"none"}, L"", 0) == NULL);
    CHECK("import a broken file", PFXImportCertStore(&blob, L"", 0) == NULL);
}

static void import(void)
{
    CRYPT_DATA_BLOB blob;
    HCERTSTORE store;
    PCCERT_CONTEXT certificate = NULL, owner = NULL;
    char name[128] = "";
    int count = 0;
    HCRYPTPROV provider = 0;
    DWORD kind = 0, length = 0;
    BOOL release = FALSE;
    HCRYPTHASH hash;
    HCRYPTKEY key;
    BYTE signature[256];
    if (!read_file())
        return;
    blob.cbData = file_length;
    blob.pbData = file;
    CHECK("wrong password", PFXImportCertStore(&blob, L"guess", CRYPT_EXPORTABLE) == NULL);
    store = PFXImportCertStore(&blob, L"secret", CRYPT_EXPORTABLE);
    CHECK("import", store != NULL);
    while ((certificate = CertEnumCertificatesInStore(store, certificate)))
    {
        count++;
        if (CryptAcquireCertificatePrivateKey(certificate, CRYPT_ACQUIRE_SILENT_FLAG, NULL, &provider, &kind, &release))
        {
            owner = CertDuplicateCertificateContext(certificate);
            break;
        }
    }
    CHECK("certificate with a key", owner != NULL);
    CertGetNameStringA(owner, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name, sizeof name);
    CHECK("its name", !strcmp(name, "portablevirt test"));
    CHECK("hash", CryptCreateHash(provider, CALG_SHA1, 0, 0, &hash) && CryptHashData(hash, (const BYTE *)"sample", 6, 0));
    length = sizeof signature;
    CHECK("sign with the key", CryptSignHashA(hash, AT_KEYEXCHANGE, NULL, 0, signature, &length) && length == 256);
    CHECK("public key", CryptImportPublicKeyInfo(provider, X509_ASN_ENCODING, &owner->pCertInfo->SubjectPublicKeyInfo, &key));
    CHECK("verify by the certificate", CryptVerifySignatureA(hash, signature, length, key, NULL, 0));
    signature[100] ^= 1;
    CHECK_ERROR("damaged signature", CryptVerifySignatureA(hash, signature, length, key, NULL, 0), NTE_BAD_SIGNATURE);
    CryptDestroyKey(key);
    CryptDestroyHash(hash);
    if (release)
        CryptReleaseContext(provider, 0);
    CertFreeCertificateContext(owner);
    CHECK("close", CertCloseStore(store, 0));
}

static void roots(void)
{
    char expected[8];
    HCERTSTORE store = CertOpenSystemStoreA(0, "ROOT");
    PCCERT_CONTEXT certificate = NULL;
    int count = 0, named = 0;
    CHECK("root store", store != NULL);
    while ((certificate = CertEnumCertificatesInStore(store, certificate)))
    {
        char name[256];
        count++;
        named += CertGetNameStringA(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name, sizeof name) > 1;
    }
    CHECK_EQ("roots have names", named, count);
    if (GetEnvironmentVariableA("PV_ROOTS", expected, sizeof expected))
        CHECK("trusted certificates", (count > 10) == (expected[0] == '1'));
    CHECK("close roots", CertCloseStore(store, 0));
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"broken", broken}, {"roots", roots}, {"import", import}};
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
