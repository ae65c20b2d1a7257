/* Sockets that do not wait: AcceptEx, ConnectEx, DisconnectEx, TransmitFile, completion ports, completion routines, cancelling,
 * closing with calls under way, message control data. */
#include "socket_helpers.h"

static int wait_for(SOCKET socket, OVERLAPPED *overlapped, DWORD *done)
{
    DWORD flags;
    return WaitForSingleObject(overlapped->hEvent, 5000) == WAIT_OBJECT_0 && WSAGetOverlappedResult(socket, overlapped, done, FALSE, &flags);
}

static void accept_group(void)
{
    GUID accept_id = WSAID_ACCEPTEX, names_id = WSAID_GETACCEPTEXSOCKADDRS;
    LPFN_ACCEPTEX accept_ex = (LPFN_ACCEPTEX)extension(accept_id);
    LPFN_GETACCEPTEXSOCKADDRS names = (LPFN_GETACCEPTEXSOCKADDRS)extension(names_id);
    OVERLAPPED overlapped = {.hEvent = WSACreateEvent()}, other = {.hEvent = WSACreateEvent()};
    struct sockaddr *local = NULL, *remote = NULL;
    int local_length = 0, remote_length = 0;
    unsigned short port = 0;
    char output[256], text[16];
    SOCKET server = listener(&port), accepted = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), client;
    DWORD done = 0;
    CHECK("accept.functions", accept_ex && names);
    CHECK("accept.pends", !accept_ex(server, accepted, output, 0, 32, 32, &done, &overlapped) && WSAGetLastError() == ERROR_IO_PENDING);
    CHECK_EQ("accept.waits", WaitForSingleObject(overlapped.hEvent, 20), WAIT_TIMEOUT);
    client = connected(port);
    CHECK("accept.completes", wait_for(server, &overlapped, &done) && done == 0);
    names(output, 0, 32, 32, &local, &local_length, &remote, &remote_length);
    CHECK("accept.local-name", local_length == 16 && ntohs(((struct sockaddr_in *)local)->sin_port) == port);
    CHECK("accept.remote-name", remote_length == 16 && ntohs(((struct sockaddr_in *)remote)->sin_port) == port_of(client));
    CHECK("accept.context", !setsockopt(accepted, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&server, sizeof server));
    CHECK("accept.connected", send(client, "abc", 3, 0) == 3 && recv(accepted, text, 16, 0) == 3);
    closesocket(client);
    closesocket(accepted);
    accepted = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    WSAResetEvent(overlapped.hEvent);
    accept_ex(server, accepted, output, 16, 32, 32, &done, &overlapped);
    client = connected(port);
    CHECK_EQ("accept.waits-for-data", WaitForSingleObject(overlapped.hEvent, 30), WAIT_TIMEOUT);
    send(client, "first", 5, 0);
    CHECK("accept.first-data", wait_for(server, &overlapped, &done) && done == 5 && !memcmp(output, "first", 5));
    closesocket(client);
    closesocket(accepted);
    accepted = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    accept_ex(server, accepted, output, 0, 32, 32, &done, &other);
    CHECK("accept.cancel", CancelIoEx((HANDLE)server, &other));
    CHECK("accept.cancelled", !wait_for(server, &other, &done) && WSAGetLastError() == WSA_OPERATION_ABORTED);
    client = connected(port);
    WSAResetEvent(overlapped.hEvent);
    CHECK("accept.after-cancel", (accept_ex(server, accepted, output, 0, 32, 32, &done, &overlapped) || WSAGetLastError() == ERROR_IO_PENDING) &&
                                     wait_for(server, &overlapped, &done));
    closesocket(client);
    closesocket(accepted);
    closesocket(server);
    WSACloseEvent(overlapped.hEvent);
    WSACloseEvent(other.hEvent);
}

static void connect_group(void)
{
    GUID connect_id = WSAID_CONNECTEX, disconnect_id = WSAID_DISCONNECTEX;
    LPFN_CONNECTEX connect_ex = (LPFN_CONNECTEX)extension(connect_id);
    LPFN_DISCONNECTEX disconnect_ex = (LPFN_DISCONNECTEX)extension(disconnect_id);
    OVERLAPPED overlapped = {.hEvent = WSACreateEvent()};
    unsigned short port = 0;
    struct sockaddr_in address;
    int length = sizeof address;
    char text[16];
    DWORD done = 0;
    SOCKET server = listener(&port), client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), accepted;
    address = loopback(port);
    CHECK("connect.needs-bound", !connect_ex(client, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL, &overlapped) && WSAGetLastError() == WSAEINVAL);
    closesocket(client);
    client = bound(SOCK_STREAM);
    CHECK("connect.starts", connect_ex(client, (struct sockaddr *)&address, sizeof address, "hello", 5, &done, &overlapped) || WSAGetLastError() == ERROR_IO_PENDING);
    accepted = accept(server, NULL, NULL);
    CHECK("connect.completes", wait_for(client, &overlapped, &done) && done == 5);
    CHECK("connect.data", recv(accepted, text, 16, 0) == 5 && !memcmp(text, "hello", 5));
    CHECK("connect.context", !setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0));
    CHECK("connect.peer-name", !getpeername(client, (struct sockaddr *)&address, &length) && ntohs(address.sin_port) == port);
    CHECK("connect.again", connect(client, (struct sockaddr *)&address, sizeof address) && WSAGetLastError() == WSAEISCONN);
    disconnect_ex(client, NULL, 0, 0);
    CHECK("connect.disconnect", recv(accepted, text, 16, 0) == 0);
    closesocket(accepted);
    closesocket(client);
    closesocket(server);
    client = bound(SOCK_STREAM);
    address = loopback(port);
    WSAResetEvent(overlapped.hEvent);
    connect_ex(client, (struct sockaddr *)&address, sizeof address, NULL, 0, NULL, &overlapped);
    CHECK("connect.refused", !wait_for(client, &overlapped, &done) && WSAGetLastError() == WSAECONNREFUSED);
    closesocket(client);
    WSACloseEvent(overlapped.hEvent);
}

static void transmit_group(void)
{
    GUID transmit_id = WSAID_TRANSMITFILE;
    LPFN_TRANSMITFILE transmit = (LPFN_TRANSMITFILE)extension(transmit_id);
    TRANSMIT_FILE_BUFFERS around = {"<<", 2, ">>>", 3};
    OVERLAPPED overlapped = {.hEvent = WSACreateEvent(), .Offset = 10};
    static char content[5000], received[6000];
    SOCKET ends[2];
    DWORD done = 0, i;
    int total = 0, part;
    HANDLE file = CreateFileA("transmitted.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    for (i = 0; i < sizeof content; i++)
        content[i] = (char)(i * 7);
    WriteFile(file, content, sizeof content, &done, NULL);
    SetFilePointer(file, 1000, NULL, FILE_BEGIN);
    pair(ends);
    CHECK("transmit.from-position", transmit(ends[0], file, 0, 0, NULL, &around, 0));
    while (total < 4005 && (part = recv(ends[1], received + total, sizeof received - total, 0)) > 0)
        total += part;
    CHECK("transmit.whole", total == 4005 && !memcmp(received, "<<", 2) && !memcmp(received + 2, content + 1000, 4000) && !memcmp(received + 4002, ">>>", 3));
    CHECK("transmit.overlapped", transmit(ends[0], file, 100, 0, &overlapped, NULL, 0) || WSAGetLastError() == ERROR_IO_PENDING);
    CHECK("transmit.completes", wait_for(ends[0], &overlapped, &done) && done == 100);
    CHECK("transmit.piece", recv(ends[1], received, 100, MSG_WAITALL) == 100 && !memcmp(received, content + 10, 100));
    CHECK("transmit.nothing", transmit(ends[0], NULL, 0, 0, NULL, &around, 0) && recv(ends[1], received, 5, MSG_WAITALL) == 5);
    close_pair(ends);
    CloseHandle(file);
    WSACloseEvent(overlapped.hEvent);
}

static void port_group(void)
{
    OVERLAPPED reads[3] = {0}, write = {0}, *finished;
    char buffers[3][16];
    WSABUF parts[3], out = {6, "abcdef"}, nothing = {0, NULL};
    ULONG_PTR key;
    DWORD done, flags = 0, i;
    int right = 0, wrote = 0;
    SOCKET ends[2];
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    pair(ends);
    CHECK("port.associate", CreateIoCompletionPort((HANDLE)ends[0], port, 1, 0) == port && CreateIoCompletionPort((HANDLE)ends[1], port, 2, 0) == port);
    for (i = 0; i < 3; i++)
    {
        parts[i].len = 2;
        parts[i].buf = buffers[i];
        right += WSARecv(ends[1], &parts[i], 1, NULL, &flags, &reads[i], NULL) && WSAGetLastError() == WSA_IO_PENDING;
    }
    CHECK_EQ("port.reads-pend", right, 3);
    CHECK("port.write", !WSASend(ends[0], &out, 1, &done, 0, &write, NULL) && done == 6);
    for (i = right = 0; i < 4 && GetQueuedCompletionStatus(port, &done, &key, &finished, 3000); i++)
    {
        if (key == 1)
            wrote = finished == &write && done == 6;
        else if (right < 3)
            right += finished == &reads[right] && done == 2 && !memcmp(buffers[right], "abcdef" + 2 * right, 2);
    }
    CHECK("port.write-packet", wrote);
    CHECK_EQ("port.in-order", right, 3);
    CHECK("port.skip-mode", SetFileCompletionNotificationModes((HANDLE)ends[0], FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE));
    CHECK("port.skipped", !WSASend(ends[0], &out, 1, &done, 0, &write, NULL) && !GetQueuedCompletionStatus(port, &done, &key, &finished, 20) && !finished);
    CHECK("port.reads-at-once", !WSARecv(ends[1], &parts[0], 1, &done, &flags, &reads[0], NULL) && done == 2 &&
                                    GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) && finished == &reads[0]);
    recv(ends[1], buffers[0], 16, 0);
    CHECK("port.zero-read-pends", WSARecv(ends[1], &nothing, 1, NULL, &flags, &reads[1], NULL) && WSAGetLastError() == WSA_IO_PENDING);
    send(ends[0], "x", 1, 0);
    CHECK("port.zero-read-completes", GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) && finished == &reads[1] && done == 0);
    CHECK("port.data-still-there", recv(ends[1], buffers[0], 16, 0) == 1);
    CHECK("port.read-file", !ReadFile((HANDLE)ends[1], buffers[0], 16, NULL, &reads[2]) && GetLastError() == ERROR_IO_PENDING);
    CHECK("port.write-file", WriteFile((HANDLE)ends[0], "file", 4, &done, &write) && done == 4);
    CHECK("port.read-file-packet", GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) && finished == &reads[2] && done == 4);
    WSARecv(ends[1], &parts[0], 1, NULL, &flags, &reads[0], NULL);
    closesocket(ends[1]);
    CHECK_WINE_WRONG("port.closed-with-read", !GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) && finished == &reads[0] && GetLastError() == ERROR_OPERATION_ABORTED,
                     "closesocket: pending overlapped operations fail with WSA_OPERATION_ABORTED");
    closesocket(ends[0]);
    CloseHandle(port);
}

static DWORD routine_error, routine_done;
static int routine_calls;

static void CALLBACK routine(DWORD error, DWORD done, OVERLAPPED *overlapped, DWORD flags)
{
    (void)overlapped, (void)flags;
    routine_error = error;
    routine_done = done;
    routine_calls++;
}

static void routine_group(void)
{
    char buffer[16];
    WSABUF part = {16, buffer};
    OVERLAPPED overlapped = {0};
    DWORD flags = 0;
    SOCKET ends[2];
    pair(ends);
    CHECK("routine.pends", WSARecv(ends[1], &part, 1, NULL, &flags, &overlapped, routine) && WSAGetLastError() == WSA_IO_PENDING);
    send(ends[0], "apc", 3, 0);
    Sleep(20);
    CHECK_EQ("routine.not-before-alertable", routine_calls, 0);
    CHECK_EQ("routine.alertable", SleepEx(3000, TRUE), WAIT_IO_COMPLETION);
    CHECK("routine.called", routine_calls == 1 && routine_error == 0 && routine_done == 3);
    WSARecv(ends[1], &part, 1, NULL, &flags, &overlapped, routine);
    CancelIo((HANDLE)ends[1]);
    SleepEx(3000, TRUE);
    CHECK("routine.cancelled", routine_calls == 2 && routine_error == WSA_OPERATION_ABORTED);
    close_pair(ends);
}

static DWORD WINAPI receive_one(void *socket)
{
    char byte;
    int done = recv((SOCKET)socket, &byte, 1, 0);
    return done < 0 ? WSAGetLastError() : done;
}

static void closing_group(void)
{
    struct linger hard = {1, 0};
    unsigned short port = 0;
    DWORD code = 0, milliseconds = 50, start;
    char byte;
    SOCKET ends[2], copy;
    HANDLE thread;
    WSAPROTOCOL_INFOW information;
    OVERLAPPED overlapped = {0};
    pair(ends);
    thread = CreateThread(NULL, 0, receive_one, (void *)ends[1], 0, NULL);
    Sleep(30);
    closesocket(ends[1]);
    CHECK("closing.blocked-receive-ends", WaitForSingleObject(thread, 3000) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) && code > 1);
    CloseHandle(thread);
    closesocket(ends[0]);
    pair(ends);
    thread = CreateThread(NULL, 0, receive_one, (void *)ends[1], 0, NULL);
    Sleep(30);
    send(ends[0], "z", 1, 0);
    CHECK("closing.blocked-receive-gets-data", WaitForSingleObject(thread, 3000) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) && code == 1);
    CloseHandle(thread);
    setsockopt(ends[0], SOL_SOCKET, SO_LINGER, (char *)&hard, sizeof hard);
    closesocket(ends[0]);
    CHECK_WINE_WRONG("closing.reset", recv(ends[1], &byte, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAECONNRESET, "a linger time of 0 resets the connection");
    CHECK_WINE_WRONG("closing.stays-reset", recv(ends[1], &byte, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAECONNRESET, "a connection that was reset stays so");
    closesocket(ends[1]);
    pair(ends);
    CHECK("closing.shutdown-receive", !shutdown(ends[0], SD_RECEIVE) && recv(ends[0], &byte, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAESHUTDOWN);
    CHECK("closing.shutdown-both", !shutdown(ends[1], SD_BOTH) && send(ends[1], "x", 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAESHUTDOWN);
    close_pair(ends);
    pair(ends);
    setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, (char *)&milliseconds, sizeof milliseconds);
    start = GetTickCount();
    CHECK("closing.time-out", recv(ends[1], &byte, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAETIMEDOUT && GetTickCount() - start >= 40);
    CHECK("closing.duplicate-handle", DuplicateHandle(GetCurrentProcess(), (HANDLE)ends[0], GetCurrentProcess(), (HANDLE *)&copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    closesocket(ends[0]);
    CHECK("closing.duplicate-lives", WriteFile((HANDLE)copy, "dup", 3, &code, &overlapped) && code == 3 && recv(ends[1], &byte, 1, 0) == 1);
    CloseHandle((HANDLE)copy);
    CHECK("closing.last-handle", recv(ends[1], &byte, 1, 0) == 1 && recv(ends[1], &byte, 1, 0) == 1 && recv(ends[1], &byte, 1, 0) == 0);
    closesocket(ends[1]);
    pair(ends);
    CHECK("closing.duplicate-socket", !WSADuplicateSocketW(ends[0], GetCurrentProcessId(), &information));
    copy = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &information, 0, 0);
    CHECK("closing.duplicated", copy != INVALID_SOCKET && send(copy, "w", 1, 0) == 1 && recv(ends[1], &byte, 1, 0) == 1 && byte == 'w');
    closesocket(copy);
    close_pair(ends);
    copy = listener(&port);
    CHECK("closing.port-in-use", (ends[0] = connected(port)) != INVALID_SOCKET);
    closesocket(copy);
    closesocket(ends[0]);
}

static void message_group(void)
{
    GUID receive_id = WSAID_WSARECVMSG, send_id = WSAID_WSASENDMSG;
    LPFN_WSARECVMSG receive = (LPFN_WSARECVMSG)extension(receive_id);
    LPFN_WSASENDMSG send_message = (LPFN_WSASENDMSG)extension(send_id);
    char buffer[16], control[128];
    WSABUF in = {sizeof buffer, buffer}, out = {3, "msg"};
    struct sockaddr_in to, from;
    WSAMSG message = {(struct sockaddr *)&from, sizeof from, &in, 1, {sizeof control, control}, 0}, outgoing = {(struct sockaddr *)&to, sizeof to, &out, 1, {0, NULL}, 0};
    WSACMSGHDR *header;
    DWORD done = 0;
    int on = 1;
    SOCKET first = bound(SOCK_DGRAM), second = bound(SOCK_DGRAM);
    to = loopback(port_of(first));
    CHECK("message.ask", !setsockopt(first, IPPROTO_IP, IP_PKTINFO, (char *)&on, sizeof on));
    CHECK("message.send", !send_message(second, &outgoing, 0, &done, NULL, NULL) && done == 3);
    CHECK("message.receive", !receive(first, &message, &done, NULL, NULL) && done == 3 && !memcmp(buffer, "msg", 3));
    CHECK("message.sender", ntohs(from.sin_port) == port_of(second));
    header = WSA_CMSG_FIRSTHDR(&message);
    CHECK("message.control", header && header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO &&
                                 ntohl(((IN_PKTINFO *)WSA_CMSG_DATA(header))->ipi_addr.s_addr) == INADDR_LOOPBACK);
    closesocket(first);
    closesocket(second);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"accept", accept_group}, {"connect", connect_group}, {"transmit", transmit_group}, {"port", port_group},
        {"routine", routine_group}, {"closing", closing_group}, {"message", message_group},
    };
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
