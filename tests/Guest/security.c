/* Tokens, privileges, access checks, security descriptors, impersonation. The user is a standard user, not elevated. */
#include "checks.h"
#include "nt.h"
#include <sddl.h>

#define FUNCTION(name) ((NTSTATUS(NTAPI *)())(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name))

static HANDLE open_token(DWORD access)
{
    HANDLE token = NULL;
    OpenProcessToken(GetCurrentProcess(), access, &token);
    return token;
}

static void token_group(void)
{
    HANDLE token = open_token(TOKEN_QUERY), again = NULL;
    BYTE buffer[1024];
    DWORD length = 0, value = 9;
    char *text = NULL;
    TOKEN_STATISTICS statistics;
    CHECK("token.open", token != NULL);
    CHECK("token.open-ex", FUNCTION("NtOpenProcessTokenEx")(NT_CURRENT_PROCESS, TOKEN_QUERY, 0, &again) == STATUS_SUCCESS);
    CloseHandle(again);
    CHECK_ERROR("token.user-needs-length", GetTokenInformation(token, TokenUser, NULL, 0, &length), ERROR_INSUFFICIENT_BUFFER);
    CHECK("token.user", length >= sizeof(TOKEN_USER) + 12 && GetTokenInformation(token, TokenUser, buffer, sizeof buffer, &length));
    CHECK("token.user-sid", IsValidSid(((TOKEN_USER *)buffer)->User.Sid) && ConvertSidToStringSidA(((TOKEN_USER *)buffer)->User.Sid, &text) && !strncmp(text, "S-1-5-21-", 9));
    LocalFree(text);
    CHECK("token.groups", GetTokenInformation(token, TokenGroups, buffer, sizeof buffer, &length) && ((TOKEN_GROUPS *)buffer)->GroupCount >= 3);
    CHECK("token.privileges", GetTokenInformation(token, TokenPrivileges, buffer, sizeof buffer, &length) && length == 4 + ((TOKEN_PRIVILEGES *)buffer)->PrivilegeCount * 12);
    CHECK("token.owner", GetTokenInformation(token, TokenOwner, buffer, sizeof buffer, &length) && IsValidSid(((TOKEN_OWNER *)buffer)->Owner));
    CHECK("token.primary-group", GetTokenInformation(token, TokenPrimaryGroup, buffer, sizeof buffer, &length) && IsValidSid(((TOKEN_PRIMARY_GROUP *)buffer)->PrimaryGroup));
    CHECK("token.default-dacl", GetTokenInformation(token, TokenDefaultDacl, buffer, sizeof buffer, &length) && IsValidAcl(((TOKEN_DEFAULT_DACL *)buffer)->DefaultDacl));
    CHECK("token.type", GetTokenInformation(token, TokenType, &value, 4, &length) && value == TokenPrimary);
    CHECK("token.statistics", GetTokenInformation(token, TokenStatistics, &statistics, sizeof statistics, &length) && length == 56 && statistics.TokenType == TokenPrimary);
    CHECK("token.session", GetTokenInformation(token, TokenSessionId, &value, 4, &length));
    CHECK("token.elevation", GetTokenInformation(token, TokenElevation, &value, 4, &length));
    CHECK("token.integrity", GetTokenInformation(token, TokenIntegrityLevel, buffer, sizeof buffer, &length) && *GetSidSubAuthority(((TOKEN_MANDATORY_LABEL *)buffer)->Label.Sid, 0) >= SECURITY_MANDATORY_MEDIUM_RID);
    CHECK_WINE_WRONG("token.unknown-class", !GetTokenInformation(token, (TOKEN_INFORMATION_CLASS)200, buffer, sizeof buffer, &length) && GetLastError() == ERROR_INVALID_PARAMETER, "an unknown class is STATUS_INVALID_INFO_CLASS");
    CHECK_ERROR("token.no-right", AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(token);
    CHECK_ERROR("token.closed", GetTokenInformation(token, TokenType, &value, 4, &length), ERROR_INVALID_HANDLE);
}

static void privileges_group(void)
{
    HANDLE token = open_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1}, previous;
    PRIVILEGE_SET set = {.PrivilegeCount = 1, .Control = PRIVILEGE_SET_ALL_NECESSARY};
    DWORD length = 0;
    BOOL held = TRUE;
    CHECK("privileges.lookup", LookupPrivilegeValueW(NULL, L"SeShutdownPrivilege", &wanted.Privileges[0].Luid) && wanted.Privileges[0].Luid.LowPart == 19);
    set.Privilege[0].Luid = wanted.Privileges[0].Luid;
    CHECK("privileges.check-disabled", PrivilegeCheck(token, &set, &held));
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    SetLastError(7);
    CHECK("privileges.enable", AdjustTokenPrivileges(token, FALSE, &wanted, sizeof previous, &previous, &length) && GetLastError() == ERROR_SUCCESS);
    CHECK("privileges.check-enabled", PrivilegeCheck(token, &set, &held) && held);
    wanted.Privileges[0].Luid.LowPart = 7;
    CHECK_WINE_WRONG("privileges.not-held", AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL) && GetLastError() == ERROR_NOT_ALL_ASSIGNED, "a standard user does not hold SeTcbPrivilege");
    CHECK("privileges.disable-all", AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL));
    CHECK("privileges.all-disabled", PrivilegeCheck(token, &set, &held) && !held);
    CloseHandle(token);
}

static void impersonation_group(void)
{
    HANDLE token = open_token(TOKEN_ALL_ACCESS), copy = NULL, primary = NULL, current = NULL;
    DWORD value = 9, length;
    CHECK_ERROR("impersonation.none", OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &current), ERROR_NO_TOKEN);
    CHECK("impersonation.duplicate", DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenImpersonation, &copy));
    CHECK("impersonation.level", GetTokenInformation(copy, TokenImpersonationLevel, &value, 4, &length) && value == SecurityImpersonation);
    CHECK("impersonation.set", SetThreadToken(NULL, copy));
    CHECK("impersonation.open", OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &current) && GetTokenInformation(current, TokenType, &value, 4, &length) && value == TokenImpersonation);
    CloseHandle(current);
    current = NULL;
    CHECK("impersonation.open-ex", FUNCTION("NtOpenThreadTokenEx")(NT_CURRENT_THREAD, TOKEN_QUERY, TRUE, 0, &current) == STATUS_SUCCESS);
    CloseHandle(current);
    CHECK("impersonation.revert", RevertToSelf());
    CHECK_ERROR("impersonation.reverted", OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &current), ERROR_NO_TOKEN);
    CHECK("impersonation.primary-copy", DuplicateTokenEx(copy, TOKEN_QUERY, NULL, SecurityAnonymous, TokenPrimary, &primary) && GetTokenInformation(primary, TokenType, &value, 4, &length) && value == TokenPrimary);
    CloseHandle(primary);
    CHECK_WINE_WRONG("impersonation.anonymous", ImpersonateAnonymousToken(GetCurrentThread()) && RevertToSelf(), "ImpersonateAnonymousToken works");
    CloseHandle(copy);
    CloseHandle(token);
}

static DWORD access_of(const WCHAR *descriptor, HANDLE token, DWORD wanted, BOOL *passed)
{
    GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
    PSECURITY_DESCRIPTOR security = NULL;
    PRIVILEGE_SET set;
    DWORD length = sizeof set, granted = 0;
    *passed = FALSE;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(descriptor, SDDL_REVISION_1, &security, NULL))
    {
        if (!AccessCheck(security, token, wanted, &mapping, &set, &length, &granted, passed))
            granted = 0xdead;
        LocalFree(security);
    }
    return granted;
}

static void access_group(void)
{
    HANDLE token = open_token(TOKEN_DUPLICATE | TOKEN_QUERY), client = NULL;
    BOOL passed;
    DuplicateToken(token, SecurityIdentification, &client);
    CHECK("access.allowed", access_of(L"O:BAG:BAD:(A;;FR;;;WD)", client, FILE_GENERIC_READ, &passed) == FILE_GENERIC_READ && passed);
    CHECK("access.not-allowed", access_of(L"O:BAG:BAD:(A;;FR;;;WD)", client, FILE_WRITE_DATA, &passed) == 0 && !passed);
    CHECK("access.denied-first", access_of(L"O:BAG:BAD:(D;;0x2;;;WD)(A;;FA;;;WD)", client, FILE_WRITE_DATA, &passed) == 0 && !passed);
    CHECK_WINE_WRONG("access.maximum", access_of(L"O:BAG:BAD:(A;;0x5;;;WD)", client, MAXIMUM_ALLOWED, &passed) == 5 && passed, "MAXIMUM_ALLOWED grants what the DACL gives");
    CHECK("access.empty-dacl", access_of(L"O:SYG:SYD:", client, FILE_READ_DATA, &passed) == 0 && !passed);
    CHECK("access.inherit-only", access_of(L"O:SYG:SYD:(A;OIIO;FA;;;WD)", client, FILE_READ_DATA, &passed) == 0 && !passed);
    CHECK("access.primary-token", access_of(L"O:BAG:BAD:(A;;FR;;;WD)", token, FILE_READ_DATA, &passed) == 0xdead && GetLastError() == ERROR_NO_IMPERSONATION_TOKEN);
    CHECK_WINE_WRONG("access.administrators", access_of(L"O:SYG:SYD:(A;;FA;;;BA)", client, FILE_READ_DATA, &passed) == 0 && !passed, "a standard user is no administrator");
    CloseHandle(client);
    CloseHandle(token);
}

static void restricted_group(void)
{
    HANDLE token = open_token(TOKEN_ALL_ACCESS), restricted = NULL;
    BYTE sid[SECURITY_MAX_SID_SIZE], buffer[1024];
    DWORD length = sizeof sid;
    SID_AND_ATTRIBUTES disable = {.Sid = sid};
    CreateWellKnownSid(WinBuiltinUsersSid, NULL, sid, &length);
    CHECK("restricted.make", CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 1, &disable, 0, NULL, 0, NULL, &restricted));
    CHECK_WINE_WRONG("restricted.privileges", GetTokenInformation(restricted, TokenPrivileges, buffer, sizeof buffer, &length) && ((TOKEN_PRIVILEGES *)buffer)->PrivilegeCount == 1, "DISABLE_MAX_PRIVILEGE keeps SeChangeNotifyPrivilege only");
    CloseHandle(restricted);
    CHECK("restricted.set-default-dacl", GetTokenInformation(token, TokenDefaultDacl, buffer, sizeof buffer, &length) && SetTokenInformation(token, TokenDefaultDacl, buffer, sizeof(TOKEN_DEFAULT_DACL)));
    GetTokenInformation(token, TokenGroups, buffer, sizeof buffer, &length);
    CHECK_WINE_WRONG("restricted.adjust-groups", AdjustTokenGroups(token, TRUE, NULL, 0, NULL, NULL), "resetting groups to their defaults works");
    CloseHandle(token);
}

static void descriptor_group(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    PSECURITY_DESCRIPTOR wanted = NULL;
    BYTE buffer[1024];
    DWORD length = 0;
    WCHAR *text = NULL;
    CHECK_ERROR("descriptor.needs-length", GetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, NULL, 0, &length), ERROR_INSUFFICIENT_BUFFER);
    CHECK("descriptor.query", GetKernelObjectSecurity(event, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, buffer, sizeof buffer, &length) && IsValidSecurityDescriptor(buffer));
    CHECK("descriptor.parse", ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:(A;;0x1f0003;;;WD)", SDDL_REVISION_1, &wanted, NULL));
    CHECK("descriptor.set", SetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, wanted));
    CHECK("descriptor.read-back", GetKernelObjectSecurity(event, DACL_SECURITY_INFORMATION, buffer, sizeof buffer, &length) &&
                                      ConvertSecurityDescriptorToStringSecurityDescriptorW(buffer, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, NULL) && wcsstr(text, L"WD"));
    LocalFree(text);
    LocalFree(wanted);
    CloseHandle(event);
}

/* What Windows refuses a standard user, and what is not there; Wine's answers differ from call to call, so that it is not asked. */
static void refused_group(void)
{
    static const char *const privileged[] = {"NtAccessCheckAndAuditAlarm", "NtCreatePagingFile", "NtDisplayString", "NtInitiatePowerAction",
        "NtLoadDriver", "NtUnloadDriver", "NtLoadKey", "NtLoadKey2", "NtLoadKeyEx", "NtUnloadKey", "NtShutdownSystem", "NtSetSystemTime",
        "NtSetSystemInformation", "NtQuerySystemEnvironmentValue"};
    static const char *const unsupported[] = {"NtCreateKeyTransacted", "NtOpenKeyTransacted", "NtOpenKeyTransactedEx", "NtCreateLowBoxToken",
        "NtQuerySystemEnvironmentValueEx", "NtSetDebugFilterState", "NtSetIntervalProfile", "NtSetLdtEntries", "NtSystemDebugControl", "NtTraceControl"};
    char name[100];
    size_t i;
    HKEY key = NULL;
    for (i = 0; i < ARRAY_COUNT(privileged); i++)
    {
        snprintf(name, sizeof name, "refused.%s", privileged[i]);
        CHECK(name, oracle_is_wine() || FUNCTION(privileged[i])(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) == STATUS_PRIVILEGE_NOT_HELD);
    }
    for (i = 0; i < ARRAY_COUNT(unsupported); i++)
    {
        snprintf(name, sizeof name, "refused.%s", unsupported[i]);
        CHECK(name, oracle_is_wine() || FUNCTION(unsupported[i])(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) < 0);
    }
    RegOpenKeyExW(HKEY_CURRENT_USER, L"Software", 0, KEY_ALL_ACCESS, &key);
    CHECK("refused.save-key", oracle_is_wine() || FUNCTION("NtSaveKey")(key, NULL) == STATUS_PRIVILEGE_NOT_HELD);
    CHECK("refused.restore-key", oracle_is_wine() || FUNCTION("NtRestoreKey")(key, NULL, 0) == STATUS_PRIVILEGE_NOT_HELD);
    CHECK("refused.replace-key", oracle_is_wine() || FUNCTION("NtReplaceKey")(NULL, key, NULL) == STATUS_PRIVILEGE_NOT_HELD);
    CHECK("refused.save-no-key", oracle_is_wine() || FUNCTION("NtSaveKey")(NULL, NULL) == STATUS_INVALID_HANDLE);
    RegCloseKey(key);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"token", token_group}, {"privileges", privileges_group}, {"impersonation", impersonation_group},
        {"access", access_group}, {"restricted", restricted_group}, {"descriptor", descriptor_group}, {"refused", refused_group}};
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
