/* Sockets on loopback: TCP, UDP, select, non-blocking calls, events, overlapped calls, options, name look-up. */
#include "socket_helpers.h"

static DWORD WINAPI echo(void *socket)
{
    char buffer[8192];
    int done;
    while ((done = recv((SOCKET)socket, buffer, sizeof buffer, 0)) > 0)
        if (send((SOCKET)socket, buffer, done, 0) != done)
            return 1;
    closesocket((SOCKET)socket);
    return 0;
}

static DWORD WINAPI accept_four(void *server)
{
    int i;
    for (i = 0; i < 4; i++)
        CloseHandle(CreateThread(NULL, 0, echo, (void *)accept((SOCKET)server, NULL, NULL), 0, NULL));
    return 0;
}

static void tcp_group(void)
{
    static char sent[100000], received[100000];
    SOCKET ends[2], server, clients[4];
    unsigned short port = 0;
    struct sockaddr_in peer;
    int length = sizeof peer, i, right = 0, total = 0, done;
    HANDLE thread;
    CHECK("tcp.pair", pair(ends));
    CHECK("tcp.send-receive", send(ends[0], "hello", 5, 0) == 5 && recv(ends[1], received, 100, 0) == 5 && !memcmp(received, "hello", 5));
    CHECK("tcp.peer-name", !getpeername(ends[0], (struct sockaddr *)&peer, &length) && ntohs(peer.sin_port) == port_of(ends[1]) &&
                               ntohl(peer.sin_addr.s_addr) == INADDR_LOOPBACK);
    send(ends[0], "peek", 4, 0);
    CHECK("tcp.peek", recv(ends[1], received, 4, MSG_PEEK) == 4 && recv(ends[1], received, 4, 0) == 4);
    CHECK("tcp.shutdown", !shutdown(ends[0], SD_SEND) && recv(ends[1], received, 4, 0) == 0);
    CHECK("tcp.other-direction-open", send(ends[1], "back", 4, 0) == 4 && recv(ends[0], received, 4, 0) == 4);
    CHECK("tcp.send-after-shutdown", send(ends[0], "x", 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAESHUTDOWN);
    close_pair(ends);
    server = listener(&port);
    thread = CreateThread(NULL, 0, accept_four, (void *)server, 0, NULL);
    for (i = 0; i < (int)sizeof sent; i++)
        sent[i] = (char)(i * 31);
    for (i = 0; i < 4; i++)
    {
        clients[i] = connected(port);
        right += send(clients[i], sent, 1000 + i, 0) == 1000 + i;
    }
    CHECK_EQ("tcp.four-clients", right, 4);
    for (i = right = 0; i < 4; i++)
    {
        right += recv(clients[i], received, 1000 + i, MSG_WAITALL) == 1000 + i && !memcmp(sent, received, 1000 + i);
        if (i)
            closesocket(clients[i]);
    }
    CHECK_EQ("tcp.echo", right, 4);
    for (i = 0; i < 100000; i += 4000)
    {
        send(clients[0], sent + i, 4000, 0);
        for (done = 0; done < 4000; done += total)
            if ((total = recv(clients[0], received + i + done, 4000 - done, 0)) <= 0)
                break;
    }
    CHECK("tcp.echo-100-kb", !memcmp(sent, received, sizeof sent));
    closesocket(clients[0]);
    WaitForSingleObject(thread, 3000);
    CloseHandle(thread);
    closesocket(server);
    CHECK("tcp.refused", connected(port) == INVALID_SOCKET && WSAGetLastError() == WSAECONNREFUSED);
}

static void udp_group(void)
{
    char buffer[64];
    struct sockaddr_in address = loopback(0), from;
    int length = sizeof from;
    DWORD milliseconds = 30;
    SOCKET first = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), second = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    CHECK("udp.bind", !bind(first, (struct sockaddr *)&address, sizeof address) && port_of(first));
    address = loopback(port_of(first));
    CHECK("udp.send", sendto(second, "datagram", 8, 0, (struct sockaddr *)&address, sizeof address) == 8);
    CHECK("udp.receive", recvfrom(first, buffer, 64, 0, (struct sockaddr *)&from, &length) == 8 && !memcmp(buffer, "datagram", 8) &&
                             ntohs(from.sin_port) == port_of(second));
    CHECK("udp.bind-twice", (bind(second, (struct sockaddr *)&address, sizeof address), WSAGetLastError()) == WSAEINVAL);
    CHECK("udp.connect", !connect(second, (struct sockaddr *)&address, sizeof address) && send(second, "one", 3, 0) == 3 &&
                             send(second, "three", 5, 0) == 5);
    CHECK("udp.boundaries", recv(first, buffer, 64, 0) == 3 && recv(first, buffer, 64, 0) == 5);
    send(second, "too long", 8, 0);
    CHECK("udp.cut", recv(first, buffer, 3, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEMSGSIZE);
    setsockopt(first, SOL_SOCKET, SO_RCVTIMEO, (char *)&milliseconds, sizeof milliseconds);
    CHECK("udp.receive-times-out", recv(first, buffer, 3, 0) == SOCKET_ERROR && WSAGetLastError() == WSAETIMEDOUT);
    closesocket(first);
    closesocket(second);
}

static int selects(SOCKET socket, int write, long microseconds)
{
    struct timeval limit = {0, microseconds};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(socket, &set);
    return select(0, write ? NULL : &set, write ? &set : NULL, NULL, &limit) == 1 && FD_ISSET(socket, &set);
}

static void readiness_group(void)
{
    char buffer[64];
    u_long on = 1, waiting = 0;
    SOCKET ends[2], server;
    unsigned short port = 0;
    WSANETWORKEVENTS events;
    WSAPOLLFD poll;
    WSAEVENT event = WSACreateEvent();
    pair(ends);
    CHECK("readiness.nothing-to-read", !selects(ends[1], 0, 10000));
    CHECK("readiness.can-write", selects(ends[1], 1, 0));
    send(ends[0], "data", 4, 0);
    CHECK("readiness.can-read", selects(ends[1], 0, 3000000));
    CHECK("readiness.bytes-waiting", !ioctlsocket(ends[1], FIONREAD, &waiting) && waiting == 4);
    recv(ends[1], buffer, 64, 0);
    CHECK("readiness.non-blocking", !ioctlsocket(ends[1], FIONBIO, &on) && recv(ends[1], buffer, 64, 0) == SOCKET_ERROR &&
                                        WSAGetLastError() == WSAEWOULDBLOCK);
    poll.fd = ends[1];
    poll.events = POLLRDNORM;
    CHECK("readiness.poll-none", WSAPoll(&poll, 1, 10) == 0);
    send(ends[0], "more", 4, 0);
    CHECK("readiness.poll", WSAPoll(&poll, 1, 3000) == 1 && poll.revents & POLLRDNORM);
    recv(ends[1], buffer, 64, 0);
    CHECK("readiness.event-select", !WSAEventSelect(ends[1], event, FD_READ | FD_CLOSE));
    CHECK_EQ("readiness.event-quiet", WSAWaitForMultipleEvents(1, &event, FALSE, 10, FALSE), WSA_WAIT_TIMEOUT);
    send(ends[0], "again", 5, 0);
    CHECK_EQ("readiness.event-set", WSAWaitForMultipleEvents(1, &event, FALSE, 3000, FALSE), WSA_WAIT_EVENT_0);
    CHECK("readiness.event-read", !WSAEnumNetworkEvents(ends[1], event, &events) && events.lNetworkEvents & FD_READ);
    recv(ends[1], buffer, 64, 0);
    closesocket(ends[0]);
    CHECK("readiness.event-close", WSAWaitForMultipleEvents(1, &event, FALSE, 3000, FALSE) == WSA_WAIT_EVENT_0 &&
                                       !WSAEnumNetworkEvents(ends[1], event, &events) && events.lNetworkEvents & FD_CLOSE);
    closesocket(ends[1]);
    server = listener(&port);
    ioctlsocket(server, FIONBIO, &on);
    CHECK("readiness.accept-would-block", accept(server, NULL, NULL) == INVALID_SOCKET && WSAGetLastError() == WSAEWOULDBLOCK);
    ends[0] = connected(port);
    CHECK("readiness.accept-ready", selects(server, 0, 3000000));
    closesocket(ends[0]);
    closesocket(server);
    WSACloseEvent(event);
}

static void overlapped_group(void)
{
    char first[16] = "", second[16] = "";
    WSABUF parts[2] = {{3, first}, {16, second}}, whole = {7, "scatter"};
    DWORD done = 0, flags = 0;
    ULONG_PTR key = 0;
    OVERLAPPED *finished;
    WSAOVERLAPPED pending = {.hEvent = WSACreateEvent()}, through_port = {0};
    SOCKET ends[2];
    HANDLE port;
    pair(ends);
    CHECK("overlapped.pends", WSARecv(ends[1], parts, 2, NULL, &flags, &pending, NULL) == SOCKET_ERROR &&
                                  WSAGetLastError() == WSA_IO_PENDING);
    CHECK("overlapped.gather-send", !WSASend(ends[0], &whole, 1, &done, 0, NULL, NULL) && done == 7);
    CHECK("overlapped.completes", WSAGetOverlappedResult(ends[1], &pending, &done, TRUE, &flags) && done == 7);
    CHECK("overlapped.scattered", !memcmp(first, "sca", 3) && !memcmp(second, "tter", 4));
    port = CreateIoCompletionPort((HANDLE)ends[1], NULL, 321, 0);
    WSARecv(ends[1], parts, 2, NULL, &flags, &through_port, NULL);
    send(ends[0], "port", 4, 0);
    CHECK("overlapped.completion-port", GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) && done == 4 && key == 321 &&
                                            finished == &through_port);
    WSARecv(ends[1], parts, 2, NULL, &flags, &through_port, NULL);
    CHECK("overlapped.cancel", CancelIoEx((HANDLE)ends[1], &through_port));
    CHECK("overlapped.cancelled", !GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) &&
                                      GetLastError() == ERROR_OPERATION_ABORTED && finished == &through_port);
    WSARecv(ends[1], parts, 2, NULL, &flags, &through_port, NULL);
    closesocket(ends[0]);
    CHECK("overlapped.end", GetQueuedCompletionStatus(port, &done, &key, &finished, 3000) && done == 0);
    closesocket(ends[1]);
    CloseHandle(port);
    WSACloseEvent(pending.hEvent);
}

static void option_group(void)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    char text[64];
    int value = 0, length = sizeof value;
    struct in6_addr six;
    SOCKET ends[2], socket6;
    pair(ends);
    value = 1;
    CHECK("option.no-delay", !setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, (char *)&value, sizeof value) &&
                                 !getsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, (char *)&value, &length) && value);
    length = sizeof value;
    CHECK("option.type", !getsockopt(ends[0], SOL_SOCKET, SO_TYPE, (char *)&value, &length) && value == SOCK_STREAM);
    length = sizeof value;
    CHECK("option.error", !getsockopt(ends[0], SOL_SOCKET, SO_ERROR, (char *)&value, &length) && value == 0);
    close_pair(ends);
    CHECK("option.closed", send(ends[0], "x", 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAENOTSOCK);
    CHECK("option.local-host", !getaddrinfo("localhost", "80", &hints, &found) && found &&
                                   ((struct sockaddr_in *)found->ai_addr)->sin_port == htons(80) &&
                                   (ntohl(((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr) >> 24) == 127);
    freeaddrinfo(found);
    hints.ai_flags = AI_NUMERICHOST;
    CHECK("option.numeric", !getaddrinfo("10.1.2.3", NULL, &hints, &found) &&
                                ntohl(((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr) == 0x0a010203);
    freeaddrinfo(found);
    CHECK("option.host-name", !gethostname(text, sizeof text) && text[0]);
    CHECK("option.text", inet_pton(AF_INET6, "::1", &six) == 1 && inet_ntop(AF_INET6, &six, text, sizeof text) && !strcmp(text, "::1"));
    socket6 = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    CHECK("option.version-6", socket6 != INVALID_SOCKET || WSAGetLastError() == WSAEAFNOSUPPORT);
    closesocket(socket6);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"tcp", tcp_group}, {"udp", udp_group}, {"readiness", readiness_group}, {"overlapped", overlapped_group},
        {"option", option_group},
    };
    WSADATA data;
    CHECK("startup", !WSAStartup(MAKEWORD(2, 2), &data) && data.wVersion == MAKEWORD(2, 2));
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
