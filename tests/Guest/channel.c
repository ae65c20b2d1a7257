/* TLS by schannel: the client's side of a whole connection. PV_TLS_PORT names a server on the loopback interface that sends back what it gets
 * (Guest.Tests/TlsTests); without it only what needs no other side is checked. */
#include <winsock2.h>
#include "checks.h"
#define SECURITY_WIN32
#include <sspi.h>
#include <schannel.h>
#include <wincrypt.h>

#ifndef SP_PROT_TLS1_2_CLIENT
#define SP_PROT_TLS1_2_CLIENT 0x800
#endif

enum
{
    ROOM = 0x20000,
    LARGE = 100000,
};

static const ULONG request = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM | ISC_REQ_MANUAL_CRED_VALIDATION;
static CredHandle credentials;
static CtxtHandle context;
static BYTE incoming[ROOM];
static DWORD incoming_length;
static SecPkgContext_StreamSizes sizes;

static SECURITY_STATUS acquire(DWORD protocols)
{
    SCHANNEL_CRED wanted = {0};
    wanted.dwVersion = SCHANNEL_CRED_VERSION;
    wanted.grbitEnabledProtocols = protocols;
    wanted.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    return AcquireCredentialsHandleA(NULL, (char *)UNISP_NAME_A, SECPKG_CRED_OUTBOUND, NULL, &wanted, NULL, NULL, &credentials, NULL);
}

/* The first message of a client is made without the other side; what does not answer it in TLS ends the session. */
static void alone(void)
{
    SecBuffer out = {0, SECBUFFER_TOKEN, NULL}, in[2] = {{0}};
    SecBufferDesc output = {SECBUFFER_VERSION, 1, &out}, input = {SECBUFFER_VERSION, 2, in};
    BYTE nonsense[] = "\x15\x03\x03\x00\x02\x02\x28", text[] = "HTTP/1.0 400 Bad Request\r\n\r\n", *hello;
    ULONG attributes = 0;
    SECURITY_STATUS status;
    CHECK_EQ("acquire", acquire(SP_PROT_TLS1_2_CLIENT), SEC_E_OK);
    status = InitializeSecurityContextA(&credentials, NULL, (char *)"localhost", request, 0, 0, NULL, 0, &context, &output, &attributes, NULL);
    CHECK_EQ("first message", status, SEC_I_CONTINUE_NEEDED);
    hello = out.pvBuffer;
    CHECK("it is a client hello", out.cbBuffer > 60 && hello && hello[0] == 0x16 && hello[1] == 3 && hello[5] == 1);
    FreeContextBuffer(out.pvBuffer);
    in[0] = (SecBuffer){3, SECBUFFER_TOKEN, nonsense};
    in[1] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    CHECK_EQ("half a header", InitializeSecurityContextA(&credentials, &context, NULL, request, 0, 0, &input, 0, &context, &output, &attributes, NULL), SEC_E_INCOMPLETE_MESSAGE);
    in[0] = (SecBuffer){7, SECBUFFER_TOKEN, nonsense};
    in[1] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    status = InitializeSecurityContextA(&credentials, &context, NULL, request, 0, 0, &input, 0, &context, &output, &attributes, NULL);
    CHECK("an alert ends it", status < 0);
    CHECK_EQ("delete", DeleteSecurityContext(&context), SEC_E_OK);

    out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    InitializeSecurityContextA(&credentials, NULL, (char *)"localhost", request, 0, 0, NULL, 0, &context, &output, &attributes, NULL);
    FreeContextBuffer(out.pvBuffer);
    in[0] = (SecBuffer){sizeof text - 1, SECBUFFER_TOKEN, text};
    in[1] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    status = InitializeSecurityContextA(&credentials, &context, NULL, request, 0, 0, &input, 0, &context, &output, &attributes, NULL);
    CHECK("a server without tls", status != SEC_E_OK && status != SEC_I_CONTINUE_NEEDED);
    DeleteSecurityContext(&context);
    CHECK_EQ("free", FreeCredentialsHandle(&credentials), SEC_E_OK);
}

static SOCKET connect_to(int port)
{
    WSADATA data;
    struct sockaddr_in address = {0};
    SOCKET s;
    WSAStartup(0x202, &data);
    s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    address.sin_family = AF_INET;
    address.sin_port = htons((u_short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(s, (struct sockaddr *)&address, sizeof address))
        return INVALID_SOCKET;
    return s;
}

static int send_all(SOCKET s, const void *bytes, DWORD length)
{
    const char *at = bytes;
    while (length)
    {
        int n = send(s, at, (int)length, 0);
        if (n <= 0)
            return 0;
        at += n;
        length -= n;
    }
    return 1;
}

static int receive_more(SOCKET s)
{
    int n = recv(s, (char *)incoming + incoming_length, ROOM - (int)incoming_length, 0);
    if (n > 0)
        incoming_length += n;
    return n;
}

static SECURITY_STATUS shake(SOCKET s, const char *application)
{
    SecBuffer out, in[2];
    SecBufferDesc output = {SECBUFFER_VERSION, 1, &out}, input = {SECBUFFER_VERSION, 2, in};
    BYTE wanted[64] = {0};
    ULONG attributes;
    SECURITY_STATUS status = SEC_I_CONTINUE_NEEDED;
    int first = 1;
    incoming_length = 0;
    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE)
    {
        out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
        in[0] = (SecBuffer){incoming_length, SECBUFFER_TOKEN, incoming};
        in[1] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
        if (first && application)
        {
            BYTE count = (BYTE)strlen(application);
            *(ULONG *)wanted = 4 + 2 + 1 + count;
            *(ULONG *)(wanted + 4) = 2;
            *(USHORT *)(wanted + 8) = 1 + count;
            wanted[10] = count;
            memcpy(wanted + 11, application, count);
            in[0] = (SecBuffer){11u + count, 18, wanted};
            input.cBuffers = 1;
        }
        status = InitializeSecurityContextA(&credentials, first ? NULL : &context, (char *)"localhost", request, 0, 0, first && !application ? NULL : &input, 0, &context, &output, &attributes, NULL);
        input.cBuffers = 2;
        if (out.cbBuffer && out.pvBuffer)
        {
            if (!send_all(s, out.pvBuffer, out.cbBuffer))
                return SEC_E_INTERNAL_ERROR;
            FreeContextBuffer(out.pvBuffer);
        }
        if (!first && status != SEC_E_INCOMPLETE_MESSAGE)
        {
            if (in[1].BufferType == SECBUFFER_EXTRA)
            {
                memmove(incoming, incoming + incoming_length - in[1].cbBuffer, in[1].cbBuffer);
                incoming_length = in[1].cbBuffer;
            }
            else
                incoming_length = 0;
        }
        first = 0;
        if ((status == SEC_E_INCOMPLETE_MESSAGE || (status == SEC_I_CONTINUE_NEEDED && !incoming_length)) && receive_more(s) <= 0)
            return SEC_E_INCOMPLETE_MESSAGE;
    }
    return status;
}

static SECURITY_STATUS send_message(SOCKET s, const void *text, DWORD length)
{
    static BYTE record[ROOM];
    SecBuffer buffers[4] = {{sizes.cbHeader, SECBUFFER_STREAM_HEADER, record},
                            {length, SECBUFFER_DATA, record + sizes.cbHeader},
                            {sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, record + sizes.cbHeader + length},
                            {0, SECBUFFER_EMPTY, NULL}};
    SecBufferDesc description = {SECBUFFER_VERSION, 4, buffers};
    SECURITY_STATUS status;
    memcpy(record + sizes.cbHeader, text, length);
    status = EncryptMessage(&context, 0, &description, 0);
    if (status == SEC_E_OK && !send_all(s, record, buffers[0].cbBuffer + buffers[1].cbBuffer + buffers[2].cbBuffer))
        status = SEC_E_INTERNAL_ERROR;
    return status;
}

/* Until length bytes have come, or the other side has ended. */
static SECURITY_STATUS receive_text(SOCKET s, BYTE *text, DWORD length, DWORD *received)
{
    *received = 0;
    while (*received < length)
    {
        SecBuffer buffers[4] = {{incoming_length, SECBUFFER_DATA, incoming}, {0, SECBUFFER_EMPTY, NULL}, {0, SECBUFFER_EMPTY, NULL}, {0, SECBUFFER_EMPTY, NULL}};
        SecBufferDesc description = {SECBUFFER_VERSION, 4, buffers};
        SECURITY_STATUS status = incoming_length ? DecryptMessage(&context, &description, 0, NULL) : SEC_E_INCOMPLETE_MESSAGE;
        int i, extra = 0;
        if (status == SEC_E_INCOMPLETE_MESSAGE)
        {
            if (receive_more(s) <= 0)
                return SEC_I_CONTEXT_EXPIRED;
            continue;
        }
        if (status != SEC_E_OK)
            return status;
        for (i = 0; i < 4; i++)
        {
            if (buffers[i].BufferType == SECBUFFER_DATA && buffers[i].cbBuffer)
            {
                memcpy(text + *received, buffers[i].pvBuffer, buffers[i].cbBuffer);
                *received += buffers[i].cbBuffer;
            }
        }
        for (i = 0; i < 4; i++)
        {
            if (buffers[i].BufferType == SECBUFFER_EXTRA)
            {
                memmove(incoming, incoming + incoming_length - buffers[i].cbBuffer, buffers[i].cbBuffer);
                extra = (int)buffers[i].cbBuffer;
            }
        }
        incoming_length = extra;
    }
    return SEC_E_OK;
}

static int port(void)
{
    char text[16];
    return GetEnvironmentVariableA("PV_TLS_PORT", text, sizeof text) ? atoi(text) : 0;
}

static void server(void)
{
    static BYTE text[LARGE], back[LARGE + 0x8000];
    SecPkgContext_ConnectionInfo info = {0};
    SecPkgContext_ApplicationProtocol application = {0};
    PCCERT_CONTEXT certificate = NULL;
    SecBuffer out = {0, SECBUFFER_TOKEN, NULL}, in = {0, SECBUFFER_TOKEN, NULL};
    SecBufferDesc output = {SECBUFFER_VERSION, 1, &out}, input = {SECBUFFER_VERSION, 1, &in};
    DWORD n = 0, i, shutdown_token = SCHANNEL_SHUTDOWN;
    ULONG attributes;
    SECURITY_STATUS status;
    char name[128] = "";
    SOCKET s;
    if (!port())
        return;
    s = connect_to(port());
    CHECK("connect", s != INVALID_SOCKET);
    CHECK_EQ("acquire 1.2", acquire(SP_PROT_TLS1_2_CLIENT), SEC_E_OK);
    CHECK_EQ("handshake", shake(s, "echo/1"), SEC_E_OK);
    CHECK_EQ("stream sizes", QueryContextAttributesA(&context, SECPKG_ATTR_STREAM_SIZES, &sizes), SEC_E_OK);
    CHECK("sizes fit a record", sizes.cbHeader >= 5 && sizes.cbTrailer >= 16 && sizes.cbMaximumMessage >= 16384 - 1024 && sizes.cbMaximumMessage <= 16384);
    CHECK_EQ("connection info", QueryContextAttributesA(&context, SECPKG_ATTR_CONNECTION_INFO, &info), SEC_E_OK);
    CHECK_EQ("tls 1.2", info.dwProtocol, SP_PROT_TLS1_2_CLIENT);
    CHECK("aes", (info.aiCipher == CALG_AES_128 && info.dwCipherStrength == 128) || (info.aiCipher == CALG_AES_256 && info.dwCipherStrength == 256));
    CHECK_EQ("remote certificate", QueryContextAttributesA(&context, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &certificate), SEC_E_OK);
    CertGetNameStringA(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name, sizeof name);
    CHECK("certificate's name", !strcmp(name, "portablevirt test"));
    CertFreeCertificateContext(certificate);
    CHECK_EQ("application protocol", QueryContextAttributesA(&context, SECPKG_ATTR_APPLICATION_PROTOCOL, &application), SEC_E_OK);
    CHECK("echo/1", application.ProtoNegoStatus == 1 && application.ProtocolIdSize == 6 && !memcmp(application.ProtocolId, "echo/1", 6));

    CHECK_EQ("send", send_message(s, "hello", 5), SEC_E_OK);
    CHECK_EQ("receive", receive_text(s, back, 5, &n), SEC_E_OK);
    CHECK("the same comes back", n == 5 && !memcmp(back, "hello", 5));
    for (i = 0; i < LARGE; i++)
        text[i] = (BYTE)(i * 13 + i / 251);
    for (i = 0; i < LARGE; i += 10000)
    {
        if (send_message(s, text + i, 10000) != SEC_E_OK)
            break;
    }
    CHECK_EQ("send much", i, LARGE);
    CHECK_EQ("receive much", receive_text(s, back, LARGE, &n), SEC_E_OK);
    CHECK("much comes back", n == LARGE && !memcmp(back, text, LARGE));

    in = (SecBuffer){sizeof shutdown_token, SECBUFFER_TOKEN, &shutdown_token};
    CHECK_EQ("shut down", ApplyControlToken(&context, &input), SEC_E_OK);
    out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    status = InitializeSecurityContextA(&credentials, &context, NULL, request, 0, 0, NULL, 0, &context, &output, &attributes, NULL);
    CHECK_EQ("last message", status, SEC_E_OK);
    CHECK("it is an alert", out.cbBuffer > 5 && ((BYTE *)out.pvBuffer)[0] == 0x15);
    CHECK("send it", send_all(s, out.pvBuffer, out.cbBuffer));
    FreeContextBuffer(out.pvBuffer);
    /* The server answers with its own. */
    while (receive_more(s) > 0)
        ;
    CHECK("the server ends, too", incoming_length > 5 && incoming[0] == 0x15);
    CHECK_EQ("delete session", DeleteSecurityContext(&context), SEC_E_OK);
    FreeCredentialsHandle(&credentials);
    closesocket(s);
}

/* A byte changed on the way is noticed. */
static void tampered(void)
{
    BYTE back[64];
    DWORD n;
    SOCKET s;
    SecBuffer buffers[4];
    SecBufferDesc description = {SECBUFFER_VERSION, 4, buffers};
    if (!port())
        return;
    s = connect_to(port());
    acquire(SP_PROT_TLS1_2_CLIENT);
    CHECK_EQ("second handshake", shake(s, NULL), SEC_E_OK);
    QueryContextAttributesA(&context, SECPKG_ATTR_STREAM_SIZES, &sizes);
    send_message(s, "hello", 5);
    receive_text(s, back, 5, &n);
    send_message(s, "again", 5);
    while (incoming_length < 5 || incoming_length < 5u + incoming[3] * 256 + incoming[4])
    {
        if (receive_more(s) <= 0)
            break;
    }
    incoming[incoming_length - 1] ^= 1;
    buffers[0] = (SecBuffer){incoming_length, SECBUFFER_DATA, incoming};
    buffers[1] = buffers[2] = buffers[3] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    CHECK("changed record", DecryptMessage(&context, &description, 0, NULL) < 0);
    DeleteSecurityContext(&context);
    FreeCredentialsHandle(&credentials);
    closesocket(s);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"alone", alone}, {"server", server}, {"tampered", tampered}};
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
