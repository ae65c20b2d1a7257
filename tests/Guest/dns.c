/* Queries of dnsapi for names that need no name server, and echoes to the loopback interface. PV_NETWORK is the mode of --network that the test chose. */
#include <winsock2.h>
#include <iphlpapi.h>
#include <icmpapi.h>
#include "checks.h"
#include <windns.h>

static DNS_RECORDA *query(const char *name, WORD type, DNS_STATUS *status)
{
    DNS_RECORDA *records = NULL;
    if (oracle_is_wine())
        return NULL;
    *status = DnsQuery_A(name, type, DNS_QUERY_STANDARD, NULL, (PDNS_RECORD *)&records, NULL);
    return *status ? NULL : records;
}

/* The oracle would ask a name server for all of these, somewhere beyond this computer: it is not asked. */
static void names(void)
{
    char computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD n = sizeof computer;
    DNS_STATUS status = 0;
    DNS_RECORDA *records = query("localhost", DNS_TYPE_A, &status);
    CHECK_WINE_WRONG("localhost", records && records->wType == DNS_TYPE_A && records->Data.A.IpAddress == 0x0100007f, "the name is local");
    CHECK_WINE_WRONG("its name", records && !_stricmp(records->pName, "localhost"), "records have the name that was asked for");
    CHECK_WINE_WRONG("its section", records && records->Flags.S.Section == DnsSectionAnswer, "an answer");
    DnsRecordListFree((DNS_RECORD *)records, DnsFreeRecordList);
    records = query("1.0.0.127.in-addr.arpa", DNS_TYPE_PTR, &status);
    GetComputerNameA(computer, &n);
    CHECK_WINE_WRONG("address to name", records && records->wType == DNS_TYPE_PTR && !_stricmp(records->Data.PTR.pNameHost, computer), "the computer's own");
    DnsRecordListFree((DNS_RECORD *)records, DnsFreeRecordList);
    records = query(computer, DNS_TYPE_A, &status);
    CHECK_WINE_WRONG("own name", records && records->wType == DNS_TYPE_A, "the name is local");
    DnsRecordListFree((DNS_RECORD *)records, DnsFreeRecordList);
    query("localhost", DNS_TYPE_MX, &status);
    CHECK_WINE_WRONG("records of another type", status == DNS_INFO_NO_RECORDS, "the name is known, the record is not");
    if (!oracle_is_wine())
    {
        query("no-such-name.invalid", DNS_TYPE_A, &status);
        CHECK_EQ("unknown name", status, DNS_ERROR_RCODE_NAME_ERROR);
    }
    else
        check_passed("unknown name");
}

/* Echoes are answered where the host's kernel lets the user send them; elsewhere the call says that it does not. */
static void echoes(void)
{
    char text[] = "portablevirt", reply[256];
    HANDLE icmp = IcmpCreateFile();
    ICMP_ECHO_REPLY *answer = (ICMP_ECHO_REPLY *)reply;
    char mode[16];
    DWORD count, error;
    CHECK("create", icmp != INVALID_HANDLE_VALUE);
    SetLastError(0);
    count = IcmpSendEcho(icmp, 0x0100007f, text, sizeof text, NULL, reply, sizeof reply, 2000);
    error = GetLastError();
    if (GetEnvironmentVariableA("PV_ECHO", mode, sizeof mode))
    {
        CHECK_EQ("answer", count, 1);
        CHECK_EQ("its status", answer->Status, IP_SUCCESS);
        CHECK_EQ("its address", answer->Address, 0x0100007f);
        CHECK("its data", answer->DataSize == sizeof text && !memcmp(answer->Data, text, sizeof text));
        CHECK_EQ("its time to live", answer->Options.Ttl, 64);
    }
    CHECK_WINE_WRONG("answered or refused", count == 1 || error == ERROR_ACCESS_DENIED, "nothing else");
    SetLastError(0);
    count = oracle_is_wine() ? 0 : IcmpSendEcho(icmp, 0x0100000a, text, sizeof text, NULL, reply, sizeof reply, 100);
    CHECK_WINE_WRONG("not beyond the policy", !count && GetLastError() == ERROR_ACCESS_DENIED, "there is no policy");
    CHECK("close", IcmpCloseHandle(icmp));
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"names", names}, {"echoes", echoes}};
    WSADATA data;
    WSAStartup(0x202, &data);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
