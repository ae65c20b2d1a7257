/* bcrypt's keys: AES and triple DES in their modes, RSA, ECDSA, ECDH, DSA: generation, blobs, signatures, encryption.
 * Vectors: NIST SP 800-38A (AES), the GCM specification's test case 4, RFC 6979 A.2.5 (ECDSA P-256). */
#include "checks.h"
#include <ntstatus.h>
#include <bcrypt.h>

/* STATUS_INVALID_SIGNATURE of bcrypt.h's functions. */
#define INVALID_SIGNATURE 0xC000A000
#ifndef STATUS_AUTH_TAG_MISMATCH
#define STATUS_AUTH_TAG_MISMATCH 0xC000A002
#endif

static const UCHAR aes_key[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
static const UCHAR aes_key_256[32] = {0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae, 0xf0, 0x85, 0x7d, 0x77, 0x81,
                                      0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61, 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4};
static const UCHAR aes_vector[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const UCHAR aes_plain[32] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a,
                                    0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51};
static const UCHAR aes_ecb[32] = {0x3a, 0xd7, 0x7b, 0xb4, 0x0d, 0x7a, 0x36, 0x60, 0xa8, 0x9e, 0xca, 0xf3, 0x24, 0x66, 0xef, 0x97,
                                  0xf5, 0xd3, 0xd5, 0x85, 0x03, 0xb9, 0x69, 0x9d, 0xe7, 0x85, 0x89, 0x5a, 0x96, 0xfd, 0xba, 0xaf};
static const UCHAR aes_cbc[32] = {0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46, 0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19, 0x7d,
                                  0x50, 0x86, 0xcb, 0x9b, 0x50, 0x72, 0x19, 0xee, 0x95, 0xdb, 0x11, 0x3a, 0x91, 0x76, 0x78, 0xb2};
static const UCHAR aes_cfb8[18] = {0x3b, 0x79, 0x42, 0x4c, 0x9c, 0x0d, 0xd4, 0x36, 0xba, 0xce, 0x9e, 0x0e, 0xd4, 0x58, 0x6a, 0x4f, 0x32, 0xb9};
static const UCHAR aes_cbc_256[16] = {0xf5, 0x8c, 0x4c, 0x04, 0xd6, 0xe5, 0xf1, 0xba, 0x77, 0x9e, 0xab, 0xfb, 0x5f, 0x7b, 0xfb, 0xd6};

static BCRYPT_KEY_HANDLE symmetric_key(const WCHAR *algorithm, const WCHAR *mode, const UCHAR *secret, ULONG length)
{
    BCRYPT_ALG_HANDLE provider;
    BCRYPT_KEY_HANDLE key = NULL;
    if (BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0))
        return NULL;
    if (mode)
        BCryptSetProperty(provider, BCRYPT_CHAINING_MODE, (UCHAR *)mode, (ULONG)(wcslen(mode) + 1) * 2, 0);
    if (BCryptGenerateSymmetricKey(provider, &key, NULL, 0, (UCHAR *)secret, length, 0))
        key = NULL;
    BCryptCloseAlgorithmProvider(provider, 0);
    return key;
}

static void aes_modes(void)
{
    UCHAR vector[16], text[64];
    ULONG n = 0;
    BCRYPT_KEY_HANDLE key = symmetric_key(BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_ECB, aes_key, sizeof aes_key), copy;
    CHECK("aes key", key != NULL);
    CHECK_STATUS("ecb encrypt", BCryptEncrypt(key, (UCHAR *)aes_plain, 32, NULL, NULL, 0, text, sizeof text, &n, 0), 0);
    CHECK("ecb cipher text", n == 32 && !memcmp(text, aes_ecb, 32));
    CHECK_STATUS("ecb decrypt in place", BCryptDecrypt(key, text, 32, NULL, NULL, 0, text, sizeof text, &n, 0), 0);
    CHECK("ecb plain text", n == 32 && !memcmp(text, aes_plain, 32));
    CHECK_STATUS("ecb half a block", BCryptEncrypt(key, (UCHAR *)aes_plain, 9, NULL, NULL, 0, text, sizeof text, &n, 0), STATUS_INVALID_BUFFER_SIZE);
    BCryptDestroyKey(key);

    key = symmetric_key(BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CBC, aes_key, sizeof aes_key);
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cbc length", BCryptEncrypt(key, (UCHAR *)aes_plain, 32, NULL, vector, 16, NULL, 0, &n, BCRYPT_BLOCK_PADDING), 0);
    CHECK_EQ("cbc length with padding", n, 48);
    CHECK_STATUS("cbc encrypt", BCryptEncrypt(key, (UCHAR *)aes_plain, 32, NULL, vector, 16, text, sizeof text, &n, 0), 0);
    CHECK("cbc cipher text", n == 32 && !memcmp(text, aes_cbc, 32));
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cbc decrypt", BCryptDecrypt(key, text, 32, NULL, vector, 16, text, sizeof text, &n, 0), 0);
    CHECK("cbc plain text", n == 32 && !memcmp(text, aes_plain, 32));
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cbc pad", BCryptEncrypt(key, (UCHAR *)aes_plain, 20, NULL, vector, 16, text, sizeof text, &n, BCRYPT_BLOCK_PADDING), 0);
    CHECK_EQ("cbc padded length", n, 32);
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cbc unpad", BCryptDecrypt(key, text, 32, NULL, vector, 16, text, sizeof text, &n, BCRYPT_BLOCK_PADDING), 0);
    CHECK("cbc unpadded text", n == 20 && !memcmp(text, aes_plain, 20));
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cbc room", BCryptEncrypt(key, (UCHAR *)aes_plain, 32, NULL, vector, 16, text, 16, &n, 0), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS("duplicate", BCryptDuplicateKey(key, &copy, NULL, 0, 0), 0);
    BCryptDestroyKey(key);
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("duplicate encrypts", BCryptEncrypt(copy, (UCHAR *)aes_plain, 32, NULL, vector, 16, text, sizeof text, &n, 0), 0);
    CHECK("duplicate's cipher text", n == 32 && !memcmp(text, aes_cbc, 32));
    BCryptDestroyKey(copy);

    key = symmetric_key(BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CBC, aes_key_256, sizeof aes_key_256);
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("aes-256", BCryptEncrypt(key, (UCHAR *)aes_plain, 16, NULL, vector, 16, text, sizeof text, &n, 0), 0);
    CHECK("aes-256 cipher text", n == 16 && !memcmp(text, aes_cbc_256, 16));
    BCryptDestroyKey(key);

    key = symmetric_key(BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CFB, aes_key, sizeof aes_key);
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cfb encrypt", BCryptEncrypt(key, (UCHAR *)aes_plain, 16, NULL, vector, 16, text, sizeof text, &n, 0), 0);
    CHECK("cfb cipher text", n == 16 && !memcmp(text, aes_cfb8, 16));
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("cfb decrypt", BCryptDecrypt(key, text, 16, NULL, vector, 16, text, sizeof text, &n, 0), 0);
    CHECK("cfb plain text", n == 16 && !memcmp(text, aes_plain, 16));
    BCryptDestroyKey(key);
}

static void long_texts(void)
{
    enum { length = 300000 };
    UCHAR *plain = malloc(length), *cipher = malloc(length), vector[16];
    ULONG n = 0, first, i;
    BCRYPT_KEY_HANDLE key = symmetric_key(BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CBC, aes_key, sizeof aes_key);
    for (i = 0; i < length; i++)
        plain[i] = (UCHAR)(i * 7);
    memcpy(vector, aes_vector, 16);
    CHECK_STATUS("long encrypt", BCryptEncrypt(key, plain, length, NULL, vector, 16, cipher, length, &n, 0), 0);
    CHECK_EQ("long length", n, length);
    /* In two pieces the vector carries the state on. */
    memcpy(vector, aes_vector, 16);
    first = 160000;
    CHECK_STATUS("first piece", BCryptDecrypt(key, cipher, first, NULL, vector, 16, plain, length, &n, 0), 0);
    CHECK_STATUS("second piece", BCryptDecrypt(key, cipher + first, length - first, NULL, vector, 16, plain + first, length, &n, 0), 0);
    for (i = 0; i < length && plain[i] == (UCHAR)(i * 7); i++)
        ;
    CHECK_EQ("long text comes back", i, length);
    BCryptDestroyKey(key);
    free(plain);
    free(cipher);
}

static void galois(void)
{
    static const UCHAR secret[16] = {0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c, 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
    static const UCHAR nonce[12] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};
    static const UCHAR plain[60] = {0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5, 0xaf, 0xf5, 0x26, 0x9a,
                                    0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda, 0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31, 0x8a, 0x72,
                                    0x1c, 0x3c, 0x0c, 0x95, 0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49, 0xa6, 0xb5, 0x25,
                                    0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39};
    static const UCHAR more[20] = {0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2};
    static const UCHAR cipher[60] = {0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7, 0x84, 0xd0, 0xd4, 0x9c,
                                     0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0, 0x35, 0xc1, 0x7e, 0x23, 0x29, 0xac, 0xa1, 0x2e,
                                     0x21, 0xd5, 0x14, 0xb2, 0x54, 0x66, 0x93, 0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac, 0x84, 0xaa, 0x05,
                                     0x1b, 0xa3, 0x0b, 0x39, 0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91};
    static const UCHAR expected[16] = {0x5b, 0xc9, 0x4f, 0xbc, 0x32, 0x21, 0xa5, 0xdb, 0x94, 0xfa, 0xe9, 0x5a, 0xe7, 0x12, 0x1a, 0x47};
    UCHAR text[64], tag[16] = {0};
    ULONG n = 0;
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    BCRYPT_KEY_HANDLE key = symmetric_key(BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_GCM, secret, sizeof secret);
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = (UCHAR *)nonce;
    info.cbNonce = sizeof nonce;
    info.pbAuthData = (UCHAR *)more;
    info.cbAuthData = sizeof more;
    info.pbTag = tag;
    info.cbTag = sizeof tag;
    CHECK_STATUS("gcm encrypt", BCryptEncrypt(key, (UCHAR *)plain, sizeof plain, &info, NULL, 0, text, sizeof text, &n, 0), 0);
    CHECK("gcm cipher text", n == sizeof cipher && !memcmp(text, cipher, sizeof cipher));
    CHECK("gcm tag", !memcmp(tag, expected, 16));
    CHECK_STATUS("gcm decrypt", BCryptDecrypt(key, (UCHAR *)cipher, sizeof cipher, &info, NULL, 0, text, sizeof text, &n, 0), 0);
    CHECK("gcm plain text", n == sizeof plain && !memcmp(text, plain, sizeof plain));
    tag[3] ^= 1;
    CHECK_STATUS("gcm wrong tag", BCryptDecrypt(key, (UCHAR *)cipher, sizeof cipher, &info, NULL, 0, text, sizeof text, &n, 0), STATUS_AUTH_TAG_MISMATCH);
    info.cbAuthData--;
    tag[3] ^= 1;
    CHECK_STATUS("gcm other data", BCryptDecrypt(key, (UCHAR *)cipher, sizeof cipher, &info, NULL, 0, text, sizeof text, &n, 0), STATUS_AUTH_TAG_MISMATCH);
    info.pbAuthData = NULL;
    info.cbAuthData = 0;
    CHECK_STATUS("gcm nothing to encrypt", BCryptEncrypt(key, NULL, 0, &info, NULL, 0, NULL, 0, &n, 0), 0);
    BCryptDestroyKey(key);
}

static void triple_des(void)
{
    static const UCHAR secret[24] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23};
    static const UCHAR plain[16] = {'T', 'h', 'e', ' ', 'q', 'u', 'f', 'c', 'k', ' ', 'b', 'r', 'o', 'w', 'n', ' '};
    /* With a zero vector the first block is that of NIST SP 800-67's example. */
    static const UCHAR first[8] = {0xa8, 0x26, 0xfd, 0x8c, 0xe5, 0x3b, 0x85, 0x5f};
    UCHAR vector[8] = {0}, text[32];
    ULONG n = 0;
    BCRYPT_KEY_HANDLE key = symmetric_key(BCRYPT_3DES_ALGORITHM, NULL, secret, sizeof secret);
    CHECK("3des key", key != NULL);
    CHECK_STATUS("3des encrypt", BCryptEncrypt(key, (UCHAR *)plain, 16, NULL, vector, 8, text, sizeof text, &n, 0), 0);
    CHECK("3des cipher text", n == 16 && !memcmp(text, first, 8));
    memset(vector, 0, sizeof vector);
    CHECK_STATUS("3des decrypt", BCryptDecrypt(key, text, 16, NULL, vector, 8, text, sizeof text, &n, 0), 0);
    CHECK("3des plain text", n == 16 && !memcmp(text, plain, 16));
    BCryptDestroyKey(key);
}

static BCRYPT_KEY_HANDLE new_pair(const WCHAR *algorithm, ULONG bits)
{
    BCRYPT_ALG_HANDLE provider;
    BCRYPT_KEY_HANDLE key = NULL;
    if (BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0))
        return NULL;
    if (BCryptGenerateKeyPair(provider, &key, bits, 0) || BCryptFinalizeKeyPair(key, 0))
        key = NULL;
    BCryptCloseAlgorithmProvider(provider, 0);
    return key;
}

static BCRYPT_KEY_HANDLE import(const WCHAR *algorithm, const WCHAR *form, const void *blob, ULONG length)
{
    BCRYPT_ALG_HANDLE provider;
    BCRYPT_KEY_HANDLE key = NULL;
    if (BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0))
        return NULL;
    if (BCryptImportKeyPair(provider, NULL, form, &key, (UCHAR *)blob, length, 0))
        key = NULL;
    BCryptCloseAlgorithmProvider(provider, 0);
    return key;
}

static void digest(const WCHAR *algorithm, UCHAR *hash, ULONG length)
{
    BCRYPT_ALG_HANDLE provider;
    BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0);
    BCryptHash(provider, NULL, 0, (UCHAR *)"sample", 6, hash, length);
    BCryptCloseAlgorithmProvider(provider, 0);
}

static void rsa(void)
{
    UCHAR hash[64], signature[256], blob[2048], again[2048];
    ULONG n = 0, length = 0, other = 0;
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = {BCRYPT_SHA256_ALGORITHM};
    BCRYPT_PSS_PADDING_INFO pss = {BCRYPT_SHA256_ALGORITHM, 32};
    BCRYPT_RSAKEY_BLOB *header = (BCRYPT_RSAKEY_BLOB *)blob;
    BCRYPT_KEY_HANDLE key = new_pair(BCRYPT_RSA_ALGORITHM, 2048), public, copy;
    CHECK("rsa pair", key != NULL);
    digest(BCRYPT_SHA256_ALGORITHM, hash, 32);
    CHECK_STATUS("rsa signature length", BCryptSignHash(key, &pkcs1, hash, 32, NULL, 0, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_EQ("rsa 256 bytes", n, 256);
    CHECK_STATUS("rsa sign", BCryptSignHash(key, &pkcs1, hash, 32, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa verify", BCryptVerifySignature(key, &pkcs1, hash, 32, signature, n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa no padding information", BCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS("rsa no padding", BCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &n, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS("rsa room", BCryptSignHash(key, &pkcs1, hash, 32, signature, 255, &n, BCRYPT_PAD_PKCS1), STATUS_BUFFER_TOO_SMALL);

    CHECK_STATUS("rsa public blob's length", BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, NULL, 0, &length, 0), 0);
    CHECK_EQ("rsa public blob", length, sizeof *header + 3 + 256);
    CHECK_STATUS("rsa export public", BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, blob, sizeof blob, &length, 0), 0);
    CHECK("rsa public header", header->Magic == BCRYPT_RSAPUBLIC_MAGIC && header->BitLength == 2048 && header->cbPublicExp == 3 && header->cbModulus == 256 && !header->cbPrime1);
    public = import(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, blob, length);
    CHECK("rsa import public", public != NULL);
    CHECK_STATUS("rsa verify by the other", BCryptVerifySignature(public, &pkcs1, hash, 32, signature, 256, BCRYPT_PAD_PKCS1), 0);
    signature[17] ^= 4;
    CHECK_STATUS("rsa damaged signature", BCryptVerifySignature(public, &pkcs1, hash, 32, signature, 256, BCRYPT_PAD_PKCS1), INVALID_SIGNATURE);
    signature[17] ^= 4;
    hash[0] ^= 1;
    CHECK_STATUS("rsa other hash", BCryptVerifySignature(public, &pkcs1, hash, 32, signature, 256, BCRYPT_PAD_PKCS1), INVALID_SIGNATURE);
    CHECK("rsa sign with the public key", BCryptSignHash(public, &pkcs1, hash, 32, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1) != 0);

    pkcs1.pszAlgId = BCRYPT_SHA1_ALGORITHM;
    digest(BCRYPT_SHA1_ALGORITHM, hash, 20);
    CHECK_STATUS("rsa sign sha-1", BCryptSignHash(key, &pkcs1, hash, 20, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa verify sha-1", BCryptVerifySignature(public, &pkcs1, hash, 20, signature, n, BCRYPT_PAD_PKCS1), 0);
    pkcs1.pszAlgId = BCRYPT_SHA512_ALGORITHM;
    digest(BCRYPT_SHA512_ALGORITHM, hash, 64);
    CHECK_STATUS("rsa sign sha-512", BCryptSignHash(key, &pkcs1, hash, 64, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa verify sha-512", BCryptVerifySignature(public, &pkcs1, hash, 64, signature, n, BCRYPT_PAD_PKCS1), 0);

    CHECK_STATUS("rsa export private", BCryptExportKey(key, NULL, BCRYPT_RSAPRIVATE_BLOB, blob, sizeof blob, &length, 0), 0);
    CHECK("rsa private header", header->Magic == BCRYPT_RSAPRIVATE_MAGIC && header->cbPrime1 == 128 && header->cbPrime2 == 128 && length == sizeof *header + 3 + 512);
    copy = import(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPRIVATE_BLOB, blob, length);
    CHECK("rsa import private", copy != NULL);
    CHECK_STATUS("rsa sign with the imported key", BCryptSignHash(copy, &pkcs1, hash, 64, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa verify the imported key's", BCryptVerifySignature(public, &pkcs1, hash, 64, signature, n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa export full", BCryptExportKey(copy, NULL, BCRYPT_RSAFULLPRIVATE_BLOB, again, sizeof again, &other, 0), 0);
    CHECK("rsa full blob", other == sizeof *header + 3 + 256 + 5 * 128 + 256 && !memcmp(again + sizeof *header, blob + sizeof *header, 3 + 512));
    blob[length - 1] ^= 2;
    CHECK("rsa primes that do not fit", import(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPRIVATE_BLOB, blob, length) == NULL || oracle_is_wine());
    BCryptDestroyKey(copy);

    CHECK_STATUS("rsa duplicate", BCryptDuplicateKey(key, &copy, NULL, 0, 0), 0);
    BCryptDestroyKey(key);
    CHECK_STATUS("rsa duplicate signs", BCryptSignHash(copy, &pkcs1, hash, 64, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_STATUS("rsa encrypt", BCryptEncrypt(public, (UCHAR *)"secret", 6, NULL, NULL, 0, signature, sizeof signature, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK_EQ("rsa cipher text", n, 256);
    CHECK_STATUS("rsa decrypt", BCryptDecrypt(copy, signature, 256, NULL, NULL, 0, blob, sizeof blob, &n, BCRYPT_PAD_PKCS1), 0);
    CHECK("rsa plain text", n == 6 && !memcmp(blob, "secret", 6));

    /* Last: under Wine 8 a key that has signed so does nothing else any more. */
    digest(BCRYPT_SHA256_ALGORITHM, hash, 32);
    CHECK_STATUS("rsa sign pss", BCryptSignHash(copy, &pss, hash, 32, signature, sizeof signature, &n, BCRYPT_PAD_PSS), 0);
    CHECK_STATUS("rsa verify pss", BCryptVerifySignature(public, &pss, hash, 32, signature, n, BCRYPT_PAD_PSS), 0);
    hash[0] ^= 1;
    CHECK_STATUS("rsa pss other hash", BCryptVerifySignature(public, &pss, hash, 32, signature, n, BCRYPT_PAD_PSS), INVALID_SIGNATURE);
    BCryptDestroyKey(copy);
    BCryptDestroyKey(public);
}

static void elliptic(void)
{
    static const struct { ULONG magic, size; UCHAR numbers[96]; } known = {BCRYPT_ECDSA_PRIVATE_P256_MAGIC, 32, {
        0x60, 0xfe, 0xd4, 0xba, 0x25, 0x5a, 0x9d, 0x31, 0xc9, 0x61, 0xeb, 0x74, 0xc6, 0x35, 0x6d, 0x68, 0xc0, 0x49, 0xb8, 0x92, 0x3b, 0x61, 0xfa, 0x6c, 0xe6, 0x69, 0x62, 0x2e, 0x60, 0xf2, 0x9f, 0xb6,
        0x79, 0x03, 0xfe, 0x10, 0x08, 0xb8, 0xbc, 0x99, 0xa4, 0x1a, 0xe9, 0xe9, 0x56, 0x28, 0xbc, 0x64, 0xf2, 0xf1, 0xb2, 0x0c, 0x2d, 0x7e, 0x9f, 0x51, 0x77, 0xa3, 0xc2, 0x94, 0xd4, 0x46, 0x22, 0x99,
        0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67, 0xb1, 0xd6, 0x93, 0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21}};
    static const UCHAR known_signature[64] = {
        0xef, 0xd4, 0x8b, 0x2a, 0xac, 0xb6, 0xa8, 0xfd, 0x11, 0x40, 0xdd, 0x9c, 0xd4, 0x5e, 0x81, 0xd6, 0x9d, 0x2c, 0x87, 0x7b, 0x56, 0xaa, 0xf9, 0x91, 0xc3, 0x4d, 0x0e, 0xa8, 0x4e, 0xaf, 0x37, 0x16,
        0xf7, 0xcb, 0x1c, 0x94, 0x2d, 0x65, 0x7c, 0x41, 0xd4, 0x36, 0xc7, 0xa1, 0xb6, 0xe2, 0x9f, 0x65, 0xf3, 0xe9, 0x00, 0xdb, 0xb9, 0xaf, 0xf4, 0x06, 0x4d, 0xc4, 0xab, 0x2f, 0x84, 0x3a, 0xcd, 0xa8};
    UCHAR hash[48], signature[96], blob[256];
    ULONG n = 0, length = 0;
    BCRYPT_ECCKEY_BLOB *header = (BCRYPT_ECCKEY_BLOB *)blob;
    BCRYPT_KEY_HANDLE key = import(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPRIVATE_BLOB, &known, sizeof known), public;
    CHECK("ecdsa import private", key != NULL);
    digest(BCRYPT_SHA256_ALGORITHM, hash, 32);
    CHECK_STATUS("ecdsa export public", BCryptExportKey(key, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof blob, &length, 0), 0);
    CHECK("ecdsa public blob", length == 72 && header->dwMagic == BCRYPT_ECDSA_PUBLIC_P256_MAGIC && header->cbKey == 32 && !memcmp(header + 1, known.numbers, 64));
    public = import(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, blob, length);
    CHECK("ecdsa import public", public != NULL);
    CHECK_STATUS("ecdsa verify a known signature", BCryptVerifySignature(public, NULL, hash, 32, (UCHAR *)known_signature, 64, 0), 0);
    CHECK_STATUS("ecdsa sign", BCryptSignHash(key, NULL, hash, 32, signature, sizeof signature, &n, 0), 0);
    CHECK_EQ("ecdsa signature's length", n, 64);
    CHECK_STATUS("ecdsa verify", BCryptVerifySignature(public, NULL, hash, 32, signature, 64, 0), 0);
    signature[40] ^= 1;
    CHECK_STATUS("ecdsa damaged signature", BCryptVerifySignature(public, NULL, hash, 32, signature, 64, 0), INVALID_SIGNATURE);
    CHECK_STATUS("ecdsa export private", BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof blob, &length, 0), 0);
    CHECK("ecdsa private blob", length == sizeof known && !memcmp(blob, &known, sizeof known));
    CHECK("ecdsa private key of a public one", BCryptExportKey(public, NULL, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof blob, &length, 0) != 0);
    blob[9] ^= 1;
    CHECK("ecdsa point beside the curve", import(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, blob, 72) == NULL);
    BCryptDestroyKey(public);
    BCryptDestroyKey(key);

    key = new_pair(BCRYPT_ECDSA_P384_ALGORITHM, 384);
    CHECK("ecdsa p-384 pair", key != NULL);
    digest(BCRYPT_SHA384_ALGORITHM, hash, 48);
    CHECK_STATUS("p-384 sign", BCryptSignHash(key, NULL, hash, 48, signature, sizeof signature, &n, 0), 0);
    CHECK_EQ("p-384 signature's length", n, 96);
    CHECK_STATUS("p-384 verify", BCryptVerifySignature(key, NULL, hash, 48, signature, 96, 0), 0);
    CHECK_STATUS("p-384 export", BCryptExportKey(key, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof blob, &length, 0), 0);
    CHECK("p-384 blob", length == 104 && header->dwMagic == BCRYPT_ECDSA_PUBLIC_P384_MAGIC && header->cbKey == 48);
    BCryptDestroyKey(key);

    key = new_pair(BCRYPT_ECDH_P256_ALGORITHM, 256);
    CHECK("ecdh pair", key != NULL);
    CHECK_STATUS("ecdh export", BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof blob, &length, 0), 0);
    CHECK("ecdh blob", length == 104 && header->dwMagic == BCRYPT_ECDH_PRIVATE_P256_MAGIC && header->cbKey == 32);
    BCryptDestroyKey(key);
}

/* A secret that both sides must come to. Wine 8 derives nothing from it. */
static void agreement(void)
{
    BCRYPT_KEY_HANDLE own = new_pair(BCRYPT_ECDH_P256_ALGORITHM, 256), other = new_pair(BCRYPT_ECDH_P256_ALGORITHM, 256), theirs, ours;
    BCRYPT_KEY_HANDLE large = new_pair(BCRYPT_ECDH_P384_ALGORITHM, 384);
    BCRYPT_SECRET_HANDLE first = NULL, second = NULL, wrong = NULL;
    UCHAR blob[128], one[64], two[64], raw[64], turned[32], hash[32];
    ULONG n = 0, length = 0, i;
    BCryptBuffer buffers[2] = {{sizeof BCRYPT_SHA256_ALGORITHM, KDF_HASH_ALGORITHM, (void *)BCRYPT_SHA256_ALGORITHM}, {4, KDF_HMAC_KEY, (void *)"key4"}};
    BCryptBufferDesc parameters = {BCRYPTBUFFER_VERSION, 1, buffers};
    BCRYPT_ALG_HANDLE provider;
    BCryptExportKey(other, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof blob, &length, 0);
    theirs = import(BCRYPT_ECDH_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, blob, length);
    BCryptExportKey(own, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof blob, &length, 0);
    ours = import(BCRYPT_ECDH_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, blob, length);
    CHECK_STATUS("agree", BCryptSecretAgreement(own, theirs, &first, 0), 0);
    CHECK_STATUS("the other side", BCryptSecretAgreement(other, ours, &second, 0), 0);
    CHECK_WINE_WRONG("other curve", BCryptSecretAgreement(own, large, &wrong, 0) == (NTSTATUS)STATUS_INVALID_PARAMETER, "the curves must be the same");
    CHECK_WINE_WRONG("derive", !BCryptDeriveKey(first, BCRYPT_KDF_HASH, &parameters, one, sizeof one, &n, 0) && n == 32, "SHA-256 of the secret");
    CHECK_WINE_WRONG("derive there", !BCryptDeriveKey(second, BCRYPT_KDF_HASH, &parameters, two, sizeof two, &n, 0) && n == 32 && !memcmp(one, two, 32), "both sides come to the same");
    CHECK_WINE_WRONG("secret itself", !BCryptDeriveKey(first, L"TRUNCATE", NULL, raw, sizeof raw, &n, 0) && n == 32, "BCRYPT_KDF_RAW_SECRET");
    for (i = 0; i < 32; i++)
        turned[i] = raw[31 - i];
    BCryptOpenAlgorithmProvider(&provider, BCRYPT_SHA256_ALGORITHM, NULL, 0);
    BCryptHash(provider, NULL, 0, turned, 32, hash, 32);
    BCryptCloseAlgorithmProvider(provider, 0);
    CHECK_WINE_WRONG("hash of the secret", !memcmp(hash, one, 32), "the hash is of the big-endian number");
    parameters.cBuffers = 2;
    CHECK_WINE_WRONG("derive hmac", !BCryptDeriveKey(first, BCRYPT_KDF_HMAC, &parameters, two, 20, &n, 0) && n == 20 && memcmp(one, two, 20), "cut to the room");
    parameters.cBuffers = 1;
    CHECK_WINE_WRONG("hmac without a key", BCryptDeriveKey(first, BCRYPT_KDF_HMAC, &parameters, two, 20, &n, 0) == (NTSTATUS)STATUS_INVALID_PARAMETER, "a key is needed");
    CHECK_STATUS("destroy", BCryptDestroySecret(first), 0);
    CHECK("derive from a destroyed one", BCryptDeriveKey(first, BCRYPT_KDF_HASH, NULL, one, sizeof one, &n, 0) != 0);
    CHECK_STATUS("destroy the other", BCryptDestroySecret(second), 0);
    BCryptDestroyKey(own);
    BCryptDestroyKey(other);
    BCryptDestroyKey(ours);
    BCryptDestroyKey(theirs);
    BCryptDestroyKey(large);
}

/* Numbers that are not keys, and keys that are used by several threads while they go. */
static BCRYPT_KEY_HANDLE shared_key;

static DWORD WINAPI use_key(void *argument)
{
    UCHAR hash[32] = {0}, signature[64];
    ULONG n;
    int i;
    (void)argument;
    for (i = 0; i < 40; i++)
        BCryptSignHash(shared_key, NULL, hash, 32, signature, sizeof signature, &n, 0);
    return 0;
}

static void threads(void)
{
    HANDLE thread[4];
    UCHAR hash[32] = {0}, signature[64];
    ULONG n, i;
    shared_key = new_pair(BCRYPT_ECDSA_P256_ALGORITHM, 256);
    for (i = 0; i < 4; i++)
        thread[i] = CreateThread(NULL, 0, use_key, NULL, 0, NULL);
    CHECK_EQ("threads use one key", WaitForMultipleObjects(4, thread, TRUE, 60000), WAIT_OBJECT_0);
    CHECK_STATUS("and it still signs", BCryptSignHash(shared_key, NULL, hash, 32, signature, sizeof signature, &n, 0), 0);
    CHECK_STATUS("its signature", BCryptVerifySignature(shared_key, NULL, hash, 32, signature, n, 0), 0);
    for (i = 0; i < 4; i++)
        CloseHandle(thread[i]);
    BCryptDestroyKey(shared_key);
    for (i = 0; i < 300; i++)
    {
        BCRYPT_KEY_HANDLE key = new_pair(BCRYPT_ECDSA_P256_ALGORITHM, 256);
        if (!key)
            break;
        BCryptDestroyKey(key);
    }
    CHECK_EQ("keys come and go", i, 300);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"aes", aes_modes}, {"long", long_texts}, {"gcm", galois}, {"3des", triple_des}, {"rsa", rsa}, {"elliptic", elliptic},
        {"agreement", agreement}, {"threads", threads},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
