/* Sockets on loopback for the guest programs about them. */
#ifndef PORTABLEVIRT_SOCKET_HELPERS_H
#define PORTABLEVIRT_SOCKET_HELPERS_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include "checks.h"

static inline struct sockaddr_in loopback(unsigned short port)
{
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

static inline unsigned short port_of(SOCKET socket)
{
    struct sockaddr_in address;
    int length = sizeof address;
    return getsockname(socket, (struct sockaddr *)&address, &length) ? 0 : ntohs(address.sin_port);
}

/* A listening socket on a free port of the loopback interface. */
static inline SOCKET listener(unsigned short *port)
{
    struct sockaddr_in address = loopback(0);
    SOCKET socket = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (bind(socket, (struct sockaddr *)&address, sizeof address) || listen(socket, 16))
        return INVALID_SOCKET;
    *port = port_of(socket);
    return socket;
}

static inline SOCKET connected(unsigned short port)
{
    struct sockaddr_in address = loopback(port);
    SOCKET client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (!connect(client, (struct sockaddr *)&address, sizeof address))
        return client;
    closesocket(client);
    return INVALID_SOCKET;
}

/* Two ends of one TCP connection. */
static inline int pair(SOCKET ends[2])
{
    unsigned short port = 0;
    SOCKET server = listener(&port);
    ends[0] = connected(port);
    ends[1] = accept(server, NULL, NULL);
    closesocket(server);
    return ends[0] != INVALID_SOCKET && ends[1] != INVALID_SOCKET;
}

static inline void close_pair(SOCKET ends[2])
{
    closesocket(ends[0]);
    closesocket(ends[1]);
}

/* A function of mswsock by its GUID. */
static inline void *extension(GUID guid)
{
    void *function = NULL;
    DWORD got;
    SOCKET any = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    WSAIoctl(any, SIO_GET_EXTENSION_FUNCTION_POINTER, &guid, sizeof guid, &function, sizeof function, &got, NULL, NULL);
    closesocket(any);
    return function;
}

static inline SOCKET bound(int type)
{
    struct sockaddr_in address = loopback(0);
    SOCKET made = socket(AF_INET, type, 0);
    bind(made, (struct sockaddr *)&address, sizeof address);
    return made;
}

#endif
