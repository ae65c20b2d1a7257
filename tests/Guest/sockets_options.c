/* IPv6, socket options, errors, non-blocking connects, event selection, names, interfaces, and what the network policy denies. */
#include "socket_helpers.h"
#include <iphlpapi.h>
#include <mstcpip.h>

/* ws2ipdef.h, Windows 10 1709; mingw-w64 has not got them. */
#ifndef TCP_KEEPIDLE
#define TCP_KEEPIDLE 3
#define TCP_KEEPINTVL 17
#endif

static struct sockaddr_in6 loopback6(unsigned short port)
{
    struct sockaddr_in6 address = {0};
    address.sin6_family = AF_INET6;
    address.sin6_addr.s6_addr[15] = 1;
    address.sin6_port = htons(port);
    return address;
}

static unsigned short port6_of(SOCKET socket)
{
    struct sockaddr_in6 address;
    int length = sizeof address;
    return getsockname(socket, (struct sockaddr *)&address, &length) ? 0 : ntohs(address.sin6_port);
}

static void six_group(void)
{
    struct sockaddr_in6 address = loopback6(0), peer;
    struct sockaddr_in four;
    int length = sizeof peer, only = 5, size = sizeof only;
    char text[16];
    SOCKET server = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP), client = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP), accepted;
    CHECK("six.bind", !bind(server, (struct sockaddr *)&address, sizeof address) && !listen(server, 4) && port6_of(server));
    address = loopback6(port6_of(server));
    CHECK("six.connect", !connect(client, (struct sockaddr *)&address, sizeof address));
    accepted = accept(server, (struct sockaddr *)&peer, &length);
    CHECK("six.accept", accepted != INVALID_SOCKET && length == sizeof peer && peer.sin6_family == AF_INET6 && ntohs(peer.sin6_port) == port6_of(client));
    CHECK("six.data", send(client, "six", 3, 0) == 3 && recv(accepted, text, 16, 0) == 3 && !memcmp(text, "six", 3));
    CHECK("six.only", !getsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&only, &size) && (only & 255) == 1);
    closesocket(server);
    closesocket(client);
    closesocket(accepted);
    server = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    only = 0;
    CHECK("six.dual", !setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, (char *)&only, sizeof only));
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    CHECK("six.dual-listen", !bind(server, (struct sockaddr *)&address, sizeof address) && !listen(server, 4));
    four = loopback(port6_of(server));
    client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CHECK("six.dual-connect", !connect(client, (struct sockaddr *)&four, sizeof four));
    length = sizeof peer;
    accepted = accept(server, (struct sockaddr *)&peer, &length);
    CHECK("six.mapped", accepted != INVALID_SOCKET && peer.sin6_addr.s6_addr[10] == 0xff && peer.sin6_addr.s6_addr[12] == 127);
    closesocket(server);
    closesocket(client);
    closesocket(accepted);
    server = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    client = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    address = loopback6(0);
    bind(server, (struct sockaddr *)&address, sizeof address);
    address = loopback6(port6_of(server));
    length = sizeof peer;
    CHECK("six.datagram", sendto(client, "d6", 2, 0, (struct sockaddr *)&address, sizeof address) == 2 &&
                              recvfrom(server, text, 16, 0, (struct sockaddr *)&peer, &length) == 2 && ntohs(peer.sin6_port) == port6_of(client));
    closesocket(server);
    closesocket(client);
}

static int option(SOCKET socket, int level, int name)
{
    int value = 0, length = sizeof value;
    return getsockopt(socket, level, name, (char *)&value, &length) ? -WSAGetLastError() : value;
}

static int set_option(SOCKET socket, int level, int name, int value)
{
    return !setsockopt(socket, level, name, (char *)&value, sizeof value);
}

static void option_group(void)
{
    struct linger linger = {1, 7};
    struct tcp_keepalive alive = {1, 20000, 3000};
    int length = sizeof linger;
    DWORD got;
    unsigned short port = 0;
    WSAPROTOCOL_INFOW information;
    SOCKET stream = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), server = listener(&port);
    CHECK("option.keep-alive", set_option(stream, SOL_SOCKET, SO_KEEPALIVE, 1) && (option(stream, SOL_SOCKET, SO_KEEPALIVE) & 255) == 1);
    CHECK("option.keep-alive-values", !WSAIoctl(stream, SIO_KEEPALIVE_VALS, &alive, sizeof alive, NULL, 0, &got, NULL, NULL));
    CHECK_WINE_WRONG("option.keep-idle", set_option(stream, IPPROTO_TCP, TCP_KEEPIDLE, 33) && option(stream, IPPROTO_TCP, TCP_KEEPIDLE) == 33,
                     "Windows 10 1709 and later");
    CHECK_WINE_WRONG("option.keep-interval", set_option(stream, IPPROTO_TCP, TCP_KEEPINTVL, 5) && option(stream, IPPROTO_TCP, TCP_KEEPINTVL) == 5,
                     "Windows 10 1709 and later");
    CHECK("option.unknown", option(stream, IPPROTO_TCP, 12345) == -WSAENOPROTOOPT);
    CHECK("option.linger", !setsockopt(stream, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger));
    memset(&linger, 0, sizeof linger);
    CHECK("option.linger-back", !getsockopt(stream, SOL_SOCKET, SO_LINGER, (char *)&linger, &length) && linger.l_onoff && linger.l_linger == 7);
    CHECK("option.receive-buffer", set_option(stream, SOL_SOCKET, SO_RCVBUF, 40000) && option(stream, SOL_SOCKET, SO_RCVBUF) == 40000);
    CHECK("option.send-buffer", set_option(stream, SOL_SOCKET, SO_SNDBUF, 30000) && option(stream, SOL_SOCKET, SO_SNDBUF) == 30000);
    CHECK("option.time-outs", set_option(stream, SOL_SOCKET, SO_SNDTIMEO, 1234) && option(stream, SOL_SOCKET, SO_SNDTIMEO) == 1234);
    CHECK("option.broadcast", set_option(datagram, SOL_SOCKET, SO_BROADCAST, 1) && option(datagram, SOL_SOCKET, SO_BROADCAST) == 1);
    CHECK("option.reuse", set_option(stream, SOL_SOCKET, SO_REUSEADDR, 1) && option(stream, SOL_SOCKET, SO_REUSEADDR) == 1);
    CHECK("option.exclusive-or-reuse", !set_option(stream, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1) && WSAGetLastError() == WSAEINVAL);
    CHECK("option.time-to-live", set_option(datagram, IPPROTO_IP, IP_TTL, 77) && option(datagram, IPPROTO_IP, IP_TTL) == 77);
    CHECK("option.dont-fragment", set_option(datagram, IPPROTO_IP, IP_DONTFRAGMENT, 1) && option(datagram, IPPROTO_IP, IP_DONTFRAGMENT) == 1);
    CHECK("option.multicast-time-to-live", set_option(datagram, IPPROTO_IP, IP_MULTICAST_TTL, 3) && option(datagram, IPPROTO_IP, IP_MULTICAST_TTL) == 3);
    CHECK("option.listens", option(server, SOL_SOCKET, SO_ACCEPTCONN) == 1 && option(stream, SOL_SOCKET, SO_ACCEPTCONN) == 0);
    CHECK_EQ("option.connect-time", option(stream, SOL_SOCKET, SO_CONNECT_TIME), -1);
    length = sizeof information;
    CHECK("option.protocol", !getsockopt(datagram, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&information, &length) && information.iProtocol == IPPROTO_UDP &&
                                 information.iAddressFamily == AF_INET && information.iSocketType == SOCK_DGRAM);
    closesocket(stream);
    closesocket(datagram);
    closesocket(server);
}

static void error_group(void)
{
    struct sockaddr_in address = loopback(0), used;
    unsigned short port = 0;
    int length = sizeof address;
    char buffer[16];
    SOCKET stream = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), server = listener(&port), datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), other;
    CHECK("error.family", socket(1234, SOCK_STREAM, IPPROTO_TCP) == INVALID_SOCKET && WSAGetLastError() == WSAEAFNOSUPPORT);
    CHECK("error.protocol", socket(AF_INET, SOCK_STREAM, 12345) == INVALID_SOCKET && WSAGetLastError() == WSAEPROTONOSUPPORT);
    CHECK("error.name-unbound", getsockname(stream, (struct sockaddr *)&address, &length) && WSAGetLastError() == WSAEINVAL);
    CHECK("error.peer-unconnected", getpeername(stream, (struct sockaddr *)&address, &length) && WSAGetLastError() == WSAENOTCONN);
    CHECK_WINE_WRONG("error.send-unconnected", send(stream, "x", 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAENOTCONN, "send: the socket is not connected");
    CHECK("error.receive-unconnected", recv(stream, buffer, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAENOTCONN);
    CHECK("error.listen-unbound", listen(stream, 1) && WSAGetLastError() == WSAEINVAL);
    CHECK("error.accept-not-listening", accept(stream, NULL, NULL) == INVALID_SOCKET && WSAGetLastError() == WSAEINVAL);
    CHECK("error.listen-datagram", (bind(datagram, (struct sockaddr *)&address, sizeof address), listen(datagram, 1)) && WSAGetLastError() == WSAEOPNOTSUPP);
    used = loopback(port);
    CHECK("error.in-use", bind(stream, (struct sockaddr *)&used, sizeof used) && WSAGetLastError() == WSAEADDRINUSE);
    used.sin_addr.s_addr = htonl(0xc6336401);
    used.sin_port = 0;
    CHECK("error.not-ours", bind(stream, (struct sockaddr *)&used, sizeof used) && (WSAGetLastError() == WSAEADDRNOTAVAIL || WSAGetLastError() == WSAEACCES));
    CHECK("error.short-address", bind(stream, (struct sockaddr *)&address, 8) && WSAGetLastError() == WSAEFAULT);
    CHECK("error.too-long", sendto(datagram, NULL, 0, 0, (struct sockaddr *)&address, 4) == SOCKET_ERROR);
    CHECK("error.closed", !closesocket(stream) && closesocket(stream) && WSAGetLastError() == WSAENOTSOCK);
    CHECK("error.no-socket", recv((SOCKET)GetCurrentProcess(), buffer, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAENOTSOCK);
    other = connected(port);
    length = 4;
    CHECK("error.short-name", getsockname(other, (struct sockaddr *)&address, &length) && WSAGetLastError() == WSAEFAULT);
    CHECK("error.bad-buffer", send(other, (char *)16, 5, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEFAULT);
    closesocket(other);
    closesocket(server);
    closesocket(datagram);
}

static void nonblocking_group(void)
{
    static char big[1 << 20], sink[1 << 16];
    u_long on = 1;
    fd_set writable, failed;
    struct timeval limit = {5, 0};
    struct sockaddr_in address;
    unsigned short port = 0;
    int error = 0, length = sizeof error, sent = 0, part, total = 0, calls = 0;
    SOCKET server = listener(&port), client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), accepted;
    address = loopback(port);
    ioctlsocket(client, FIONBIO, &on);
    CHECK("nonblocking.connect", connect(client, (struct sockaddr *)&address, sizeof address) ? WSAGetLastError() == WSAEWOULDBLOCK : 1);
    FD_ZERO(&writable);
    FD_SET(client, &writable);
    CHECK("nonblocking.connected", select(0, NULL, &writable, NULL, &limit) == 1 && FD_ISSET(client, &writable));
    accepted = accept(server, NULL, NULL);
    while (calls++ < 200 && (part = send(client, big, sizeof big, 0)) > 0)
        sent += part;
    CHECK("nonblocking.send-would-block", part == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK && sent > 0);
    CHECK_WINE_WRONG("nonblocking.all-or-nothing", sent % (1 << 20) == 0, "Windows buffers a whole call");
    while (total < sent && (part = recv(accepted, sink, sizeof sink, 0)) > 0)
        total += part;
    CHECK_EQ("nonblocking.all-arrives", total, sent);
    FD_ZERO(&writable);
    FD_SET(client, &writable);
    CHECK("nonblocking.writable-again", select(0, NULL, &writable, NULL, &limit) == 1);
    closesocket(client);
    closesocket(accepted);
    closesocket(server);
    client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    ioctlsocket(client, FIONBIO, &on);
    connect(client, (struct sockaddr *)&address, sizeof address);
    FD_ZERO(&failed);
    FD_SET(client, &failed);
    CHECK("nonblocking.refused", select(0, NULL, NULL, &failed, &limit) == 1 && FD_ISSET(client, &failed));
    CHECK("nonblocking.why", !getsockopt(client, SOL_SOCKET, SO_ERROR, (char *)&error, &length) && error == WSAECONNREFUSED);
    closesocket(client);
    client = bound(SOCK_DGRAM);
    ioctlsocket(client, FIONBIO, &on);
    CHECK("nonblocking.datagram", recv(client, sink, 1, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK);
    closesocket(client);
}

static int happens(SOCKET socket, WSAEVENT event, long wanted)
{
    WSANETWORKEVENTS events;
    return WSAWaitForMultipleEvents(1, &event, FALSE, 3000, FALSE) == WSA_WAIT_EVENT_0 && !WSAEnumNetworkEvents(socket, event, &events) &&
           (events.lNetworkEvents & wanted) == wanted;
}

static SOCKET connected_to(unsigned short port)
{
    struct sockaddr_in address = loopback(port);
    SOCKET client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    return connect(client, (struct sockaddr *)&address, sizeof address) ? INVALID_SOCKET : client;
}

static void event_group(void)
{
    u_long off = 0;
    unsigned short port = 0;
    char text[16];
    struct sockaddr_in address;
    WSAEVENT at_server = WSACreateEvent(), at_client = WSACreateEvent();
    SOCKET server = listener(&port), client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), accepted, more;
    address = loopback(port);
    WSAEventSelect(server, at_server, FD_ACCEPT);
    WSAEventSelect(client, at_client, FD_CONNECT | FD_READ | FD_WRITE | FD_CLOSE);
    CHECK("event.non-blocking", ioctlsocket(client, FIONBIO, &off) && WSAGetLastError() == WSAEINVAL);
    CHECK("event.connect", connect(client, (struct sockaddr *)&address, sizeof address) ? WSAGetLastError() == WSAEWOULDBLOCK : 1);
    CHECK("event.connected", happens(client, at_client, FD_CONNECT));
    CHECK("event.accept", happens(server, at_server, FD_ACCEPT));
    accepted = accept(server, NULL, NULL);
    WSAEventSelect(accepted, NULL, 0);
    ioctlsocket(accepted, FIONBIO, &off);
    CHECK("event.accepted", accepted != INVALID_SOCKET && send(accepted, "12", 2, 0) == 2);
    CHECK("event.read", happens(client, at_client, FD_READ));
    CHECK_EQ("event.once", WSAWaitForMultipleEvents(1, &at_client, FALSE, 20, FALSE), WSA_WAIT_TIMEOUT);
    CHECK("event.read-again", recv(client, text, 1, 0) == 1 && happens(client, at_client, FD_READ));
    recv(client, text, 1, 0);
    shutdown(accepted, SD_SEND);
    CHECK("event.close", happens(client, at_client, FD_CLOSE));
    closesocket(accepted);
    closesocket(client);
    client = connected_to(port);
    CHECK("event.accept-again", happens(server, at_server, FD_ACCEPT));
    more = connected_to(port);
    CHECK_EQ("event.accept-once", WSAWaitForMultipleEvents(1, &at_server, FALSE, 20, FALSE), WSA_WAIT_TIMEOUT);
    accepted = accept(server, NULL, NULL);
    CHECK("event.accept-queued", accepted != INVALID_SOCKET && happens(server, at_server, FD_ACCEPT));
    closesocket(accepted);
    accepted = accept(server, NULL, NULL);
    CHECK("event.accept-empty", accepted != INVALID_SOCKET && accept(server, NULL, NULL) == INVALID_SOCKET && WSAGetLastError() == WSAEWOULDBLOCK);
    closesocket(accepted);
    closesocket(client);
    closesocket(more);
    more = connected_to(port);
    CHECK("event.accept-after-empty", happens(server, at_server, FD_ACCEPT));
    closesocket(more);
    closesocket(server);
    WSACloseEvent(at_client);
    WSACloseEvent(at_server);
}

static void name_group(void)
{
    struct addrinfo hints = {0}, *found = NULL, *each;
    struct addrinfoW *wide = NULL;
    struct sockaddr_in address = loopback(80);
    struct hostent *host;
    char name[64], service[16], own[64];
    int fours = 0, sixes = 0;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    CHECK_EQ("name.local-host", getaddrinfo("localhost", "http", &hints, &found), 0);
    for (each = found; each; each = each->ai_next)
    {
        fours += each->ai_family == AF_INET && ntohs(((struct sockaddr_in *)each->ai_addr)->sin_port) == 80;
        sixes += each->ai_family == AF_INET6;
    }
    CHECK("name.both-families", fours == 1 && sixes <= 1);
    freeaddrinfo(found);
    hints.ai_flags = AI_PASSIVE;
    hints.ai_family = AF_INET;
    CHECK("name.passive", !getaddrinfo(NULL, "8080", &hints, &found) && ((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr == 0);
    freeaddrinfo(found);
    hints.ai_flags = AI_NUMERICHOST;
    CHECK_EQ("name.not-numeric", getaddrinfo("localhost", NULL, &hints, &found), WSAHOST_NOT_FOUND);
    hints.ai_flags = 0;
    CHECK("name.wide", !GetAddrInfoW(L"127.0.0.1", L"443", NULL, &wide) && wide->ai_family == AF_INET && ntohs(((struct sockaddr_in *)wide->ai_addr)->sin_port) == 443);
    FreeAddrInfoW(wide);
    CHECK("name.own", !gethostname(own, sizeof own) && !getaddrinfo(own, NULL, &hints, &found) && found);
    freeaddrinfo(found);
    CHECK("name.info-numeric", !getnameinfo((struct sockaddr *)&address, sizeof address, name, sizeof name, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) &&
                                   !strcmp(name, "127.0.0.1") && !strcmp(service, "80"));
    CHECK("name.info-service", !getnameinfo((struct sockaddr *)&address, sizeof address, NULL, 0, service, sizeof service, 0) && !strcmp(service, "http"));
    host = gethostbyname("localhost");
    CHECK("name.host-entry", host && host->h_addrtype == AF_INET && host->h_length == 4 && *(unsigned char *)host->h_addr_list[0] == 127);
    CHECK("name.service", getservbyname("https", "tcp") && ntohs(getservbyname("https", "tcp")->s_port) == 443);
}

static void interface_group(void)
{
    static char buffer[32768];
    IP_ADAPTER_ADDRESSES *adapters = (IP_ADAPTER_ADDRESSES *)buffer, *each;
    IP_ADAPTER_UNICAST_ADDRESS *address;
    MIB_TCPTABLE_OWNER_PID *connections = (MIB_TCPTABLE_OWNER_PID *)buffer;
    INTERFACE_INFO interfaces[16];
    ULONG size = sizeof buffer, i;
    DWORD got = 0, index = 0;
    NET_LUID luid;
    unsigned short port = 0;
    int has_loopback = 0, has_address = 0, mine = 0;
    SOCKET server = listener(&port);
    CHECK_EQ("interface.adapters", GetAdaptersAddresses(AF_UNSPEC, 0, NULL, adapters, &size), ERROR_SUCCESS);
    for (each = adapters; each; each = each->Next)
        if (each->IfType == IF_TYPE_SOFTWARE_LOOPBACK)
            for (has_loopback = each->OperStatus == IfOperStatusUp, address = each->FirstUnicastAddress; address; address = address->Next)
                has_address |= address->Address.lpSockaddr->sa_family == AF_INET &&
                               ntohl(((struct sockaddr_in *)address->Address.lpSockaddr)->sin_addr.s_addr) == INADDR_LOOPBACK;
    CHECK("interface.loopback", has_loopback && has_address);
    CHECK("interface.list", !WSAIoctl(server, SIO_GET_INTERFACE_LIST, NULL, 0, interfaces, sizeof interfaces, &got, NULL, NULL) && got >= sizeof *interfaces);
    CHECK("interface.luid", !ConvertInterfaceIndexToLuid(1, &luid) && luid.Info.IfType == IF_TYPE_SOFTWARE_LOOPBACK);
    CHECK("interface.index", !ConvertInterfaceLuidToIndex(&luid, &index) && index == 1);
    size = sizeof buffer;
    CHECK_EQ("interface.connections", GetExtendedTcpTable(connections, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_LISTENER, 0), NO_ERROR);
    for (i = 0; i < connections->dwNumEntries; i++)
        mine += ntohs((unsigned short)connections->table[i].dwLocalPort) == port && connections->table[i].dwOwningPid == GetCurrentProcessId();
    CHECK_WINE_WRONG("interface.own-listener", mine == 1, "TCP_TABLE_OWNER_PID_LISTENER: all sockets that listen");
    closesocket(server);
}

/* What pvctl's option --network leaves open: PV_NETWORK says which mode it is, loopback when it is not there. Under the oracle nothing is sent:
 * 198.51.100.1 is an address for documentation (RFC 5737). */
static void policy_group(void)
{
    char mode[16] = "";
    unsigned short port = 0;
    struct sockaddr_in outside = loopback(9), inside = loopback(0);
    struct addrinfo *found = NULL;
    SOCKET stream = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), datagram = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), client = INVALID_SOCKET;
    int none = GetEnvironmentVariableA("PV_NETWORK", mode, sizeof mode) == 4 && !strcmp(mode, "none");
    int denied = none ? WSAENETUNREACH : WSAEACCES;
    SOCKET server = listener(&port);
    outside.sin_addr.s_addr = htonl(0xc6336401);
    CHECK("policy.connect", oracle_is_wine() || (connect(stream, (struct sockaddr *)&outside, sizeof outside) && WSAGetLastError() == denied));
    CHECK("policy.send-to", oracle_is_wine() ||
                                (sendto(datagram, "x", 1, 0, (struct sockaddr *)&outside, sizeof outside) == SOCKET_ERROR && WSAGetLastError() == denied));
    CHECK("policy.bind", oracle_is_wine() ||
                             (bind(stream, (struct sockaddr *)&outside, sizeof outside) && WSAGetLastError() == (none ? WSAEADDRNOTAVAIL : WSAEACCES)));
    CHECK("policy.name", oracle_is_wine() || getaddrinfo("name.invalid", NULL, NULL, &found) == WSAHOST_NOT_FOUND);
    CHECK("policy.loopback-bind", (bind(stream, (struct sockaddr *)&inside, sizeof inside) == 0) == !none);
    CHECK("policy.loopback-connect", ((client = connected(port)) != INVALID_SOCKET) == !none);
    closesocket(client);
    closesocket(server);
    closesocket(stream);
    closesocket(datagram);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"six", six_group}, {"option", option_group}, {"error", error_group}, {"nonblocking", nonblocking_group}, {"event", event_group},
        {"name", name_group}, {"interface", interface_group}, {"policy", policy_group},
    };
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
