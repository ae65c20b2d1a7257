/* Files: create dispositions, access, sharing, position, size, deletion and byte-range locks. */
#include "checks.h"
#include "file_helpers.h"
#include "nt.h"

static DWORD read_at(HANDLE file, LONGLONG offset, void *buffer, DWORD length)
{
    DWORD done = 0;
    LARGE_INTEGER where;
    where.QuadPart = offset;
    if (!SetFilePointerEx(file, where, NULL, FILE_BEGIN) || !ReadFile(file, buffer, length, &done, NULL))
        return (DWORD)-1;
    return done;
}

static void create_group(void)
{
    HANDLE file;
    DWORD done;
    char byte = 0;
    CHECK("create.new", opens(L"new.txt", GENERIC_WRITE, 0, CREATE_NEW));
    CHECK_ERROR("create.new-on-existing", opens(L"new.txt", GENERIC_WRITE, 0, CREATE_NEW), ERROR_FILE_EXISTS);
    put(L"new.txt", "12345", 5);
    CHECK("create.always-on-existing", opens(L"new.txt", GENERIC_WRITE, 0, CREATE_ALWAYS));
    CHECK_EQ("create.always-tells-existing", GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK_EQ("create.always-truncates", size_of(L"new.txt"), 0);
    CHECK("create.always-when-missing", opens(L"always.txt", GENERIC_WRITE, 0, CREATE_ALWAYS));
    CHECK_EQ("create.always-tells-new", GetLastError(), 0);
    CHECK_ERROR("create.open-missing", opens(L"missing.txt", GENERIC_READ, 0, OPEN_EXISTING), ERROR_FILE_NOT_FOUND);
    CHECK_ERROR("create.open-in-missing-folder", opens(L"nowhere\\x.txt", GENERIC_READ, 0, OPEN_EXISTING),
                ERROR_PATH_NOT_FOUND);
    put(L"new.txt", "12345", 5);
    CHECK("create.open-always-on-existing", opens(L"new.txt", READ_WRITE, 0, OPEN_ALWAYS));
    CHECK_EQ("create.open-always-tells-existing", GetLastError(), ERROR_ALREADY_EXISTS);
    CHECK_EQ("create.open-always-keeps-content", size_of(L"new.txt"), 5);
    CHECK("create.open-always-creates", opens(L"made.txt", READ_WRITE, 0, OPEN_ALWAYS) && size_of(L"made.txt") == 0);
    CHECK("create.truncate-existing", opens(L"new.txt", GENERIC_WRITE, 0, TRUNCATE_EXISTING) && !size_of(L"new.txt"));
    CHECK_ERROR("create.truncate-missing", opens(L"missing.txt", GENERIC_WRITE, 0, TRUNCATE_EXISTING),
                ERROR_FILE_NOT_FOUND);
    CHECK_ERROR("create.folder-as-file", opens(L".", GENERIC_READ, SHARE_ALL, OPEN_EXISTING), ERROR_ACCESS_DENIED);
    file = CreateFileW(L".", GENERIC_READ, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK("create.folder-with-backup-semantics", close_good(file));
    CHECK_ERROR("create.bad-name", opens(L"a<b", GENERIC_WRITE, 0, CREATE_NEW), ERROR_INVALID_NAME);
    CHECK_ERROR("create.wildcard-name", opens(L"a*b", GENERIC_WRITE, 0, CREATE_NEW), ERROR_INVALID_NAME);
    CHECK("create.forward-slash", opens(L"./new.txt", GENERIC_READ, 0, OPEN_EXISTING));
    CHECK("create.trailing-dot-and-space", opens(L"new.txt. ", GENERIC_READ, 0, OPEN_EXISTING));
    file = open_file(L"new.txt", GENERIC_WRITE, 0, OPEN_EXISTING);
    CHECK_ERROR("create.read-without-right", ReadFile(file, &byte, 1, &done, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(file);
    file = open_file(L"new.txt", GENERIC_READ, 0, OPEN_EXISTING);
    CHECK_ERROR("create.write-without-right", WriteFile(file, &byte, 1, &done, NULL), ERROR_ACCESS_DENIED);
    CloseHandle(file);
    CHECK_ERROR("create.read-after-close", ReadFile(file, &byte, 1, &done, NULL), ERROR_INVALID_HANDLE);
    CHECK_ERROR("create.close-twice", CloseHandle(file), ERROR_INVALID_HANDLE);
    file = open_file(L"NUL", READ_WRITE, 0, OPEN_EXISTING);
    CHECK("create.nul-swallows", WriteFile(file, "abc", 3, &done, NULL) && done == 3);
    CHECK("create.nul-is-empty", ReadFile(file, &byte, 1, &done, NULL) && done == 0);
    CHECK_EQ("create.nul-type", GetFileType(file), FILE_TYPE_CHAR);
    CloseHandle(file);
}

static NTSTATUS nt_create(const WCHAR *name, ULONG disposition, ULONG options, ULONG_PTR *information)
{
    UNICODE_STRING path;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io;
    HANDLE file;
    NTSTATUS status = RtlDosPathNameToNtPathName_U_WithStatus(name, &path, NULL, NULL);
    if (status)
        return status;
    InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    memset(&io, 0x55, sizeof io);
    status = NtCreateFile(&file, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &io, NULL,
                          FILE_ATTRIBUTE_NORMAL, SHARE_ALL, disposition, options | FILE_SYNCHRONOUS_IO_NONALERT, NULL,
                          0);
    if (!status)
        NtClose(file);
    *information = io.Information;
    RtlFreeUnicodeString(&path);
    return status;
}

static void native_group(void)
{
    ULONG_PTR done = 99;
    CreateDirectoryW(L"folder", NULL);
    CHECK("native.open-if-creates", !nt_create(L"n.txt", FILE_OPEN_IF, 0, &done) && done == FILE_CREATED);
    CHECK("native.open-if-opens", !nt_create(L"n.txt", FILE_OPEN_IF, 0, &done) && done == FILE_OPENED);
    CHECK("native.overwrite-if", !nt_create(L"n.txt", FILE_OVERWRITE_IF, 0, &done) && done == FILE_OVERWRITTEN);
    CHECK("native.supersede", !nt_create(L"n.txt", FILE_SUPERSEDE, 0, &done) && done == FILE_SUPERSEDED);
    CHECK_STATUS("native.create-collision", nt_create(L"n.txt", FILE_CREATE, 0, &done), STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS("native.open-missing", nt_create(L"none", FILE_OPEN, 0, &done), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS("native.open-missing-path", nt_create(L"none\\x", FILE_OPEN, 0, &done), STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS("native.file-as-folder", nt_create(L"n.txt", FILE_OPEN, FILE_DIRECTORY_FILE, &done),
                 STATUS_NOT_A_DIRECTORY);
    CHECK_STATUS("native.folder-as-file", nt_create(L"folder", FILE_OPEN, FILE_NON_DIRECTORY_FILE, &done),
                 STATUS_FILE_IS_A_DIRECTORY);
    CHECK_STATUS("native.bad-disposition", nt_create(L"n.txt", 77, 0, &done), STATUS_INVALID_PARAMETER);
}

static void sharing_group(void)
{
    HANDLE file;
    put(L"share.bin", "x", 1);
    file = open_file(L"share.bin", GENERIC_READ, 0, OPEN_EXISTING);
    CHECK_ERROR("sharing.none", opens(L"share.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING), ERROR_SHARING_VIOLATION);
    CHECK("sharing.attributes-only", opens(L"share.bin", FILE_READ_ATTRIBUTES, 0, OPEN_EXISTING));
    CHECK_ERROR("sharing.delete-denied", DeleteFileW(L"share.bin"), ERROR_SHARING_VIOLATION);
    CHECK_ERROR("sharing.rename-denied", MoveFileW(L"share.bin", L"share2.bin"), ERROR_SHARING_VIOLATION);
    CloseHandle(file);
    CHECK("sharing.released-by-close", opens(L"share.bin", READ_WRITE, 0, OPEN_EXISTING));
    file = open_file(L"share.bin", GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING);
    CHECK("sharing.readers", opens(L"share.bin", GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING));
    CHECK_ERROR("sharing.no-writer-beside-reader", opens(L"share.bin", GENERIC_WRITE, SHARE_ALL, OPEN_EXISTING),
                ERROR_SHARING_VIOLATION);
    CloseHandle(file);
    file = open_file(L"share.bin", GENERIC_WRITE, SHARE_ALL, OPEN_EXISTING);
    CHECK_ERROR("sharing.second-must-share-too", opens(L"share.bin", GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING),
                ERROR_SHARING_VIOLATION);
    CHECK("sharing.both-share", opens(L"share.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING));
    CHECK("sharing.delete-shared", DeleteFileW(L"share.bin"));
    CHECK_WINE_WRONG("sharing.deleted-cannot-be-opened", !opens(L"share.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING),
                     "a file marked for deletion cannot be opened again");
    CloseHandle(file);
    CHECK_EQ("sharing.deleted-at-last-close", GetFileAttributesW(L"share.bin"), INVALID_FILE_ATTRIBUTES);
}

static void position_group(void)
{
    char buffer[64];
    DWORD done;
    OVERLAPPED at = {0};
    IO_STATUS_BLOCK io;
    LARGE_INTEGER end;
    HANDLE file = open_file(L"position.bin", READ_WRITE, SHARE_ALL, CREATE_ALWAYS);
    CHECK("position.write", WriteFile(file, "0123456789", 10, &done, NULL) && done == 10);
    CHECK_EQ("position.after-write", SetFilePointer(file, 0, NULL, FILE_CURRENT), 10);
    CHECK_EQ("position.from-end", SetFilePointer(file, -3, NULL, FILE_END), 7);
    CHECK("position.read", ReadFile(file, buffer, 2, &done, NULL) && done == 2 && !memcmp(buffer, "78", 2));
    CHECK_EQ("position.from-current", SetFilePointer(file, -4, NULL, FILE_CURRENT), 5);
    CHECK("position.short-read", ReadFile(file, buffer, 64, &done, NULL) && done == 5 && !memcmp(buffer, "56789", 5));
    CHECK("position.read-at-end", ReadFile(file, buffer, 1, &done, NULL) && done == 0);
    CHECK_ERROR("position.negative", SetFilePointer(file, -11, NULL, FILE_END) != INVALID_SET_FILE_POINTER,
                ERROR_NEGATIVE_SEEK);
    CHECK_ERROR("position.bad-method", SetFilePointer(file, 0, NULL, 9) != INVALID_SET_FILE_POINTER,
                ERROR_INVALID_PARAMETER);
    at.Offset = 4;
    CHECK("position.explicit-offset", ReadFile(file, buffer, 3, &done, &at) && done == 3 && !memcmp(buffer, "456", 3));
    CHECK_EQ("position.explicit-offset-moves", SetFilePointer(file, 0, NULL, FILE_CURRENT), 7);
    at.Offset = 100;
    CHECK_ERROR("position.explicit-offset-past-end", ReadFile(file, buffer, 3, &done, &at), ERROR_HANDLE_EOF);
    SetFilePointer(file, 0, NULL, FILE_END);
    CHECK_STATUS("position.native-end-of-file", NtReadFile(file, NULL, NULL, NULL, &io, buffer, 1, NULL, NULL),
                 STATUS_END_OF_FILE);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    end.QuadPart = -1;
    CHECK("position.native-append", !NtWriteFile(file, NULL, NULL, NULL, &io, "AB", 2, &end, NULL) &&
                                        read_at(file, 10, buffer, 9) == 2 && !memcmp(buffer, "AB", 2));
    SetFilePointer(file, 20, NULL, FILE_BEGIN);
    WriteFile(file, "Z", 1, &done, NULL);
    CHECK("position.hole-reads-zero",
          read_at(file, 12, buffer, 64) == 9 && !memcmp(buffer, "\0\0\0\0\0\0\0\0Z", 9));
    CHECK("position.zero-byte-write", WriteFile(file, "", 0, &done, NULL) && done == 0 && size_of(L"position.bin") == 21);
    CloseHandle(file);
    file = open_file(L"position.bin", FILE_APPEND_DATA | SYNCHRONIZE, 0, OPEN_EXISTING);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    CHECK("position.append-only", WriteFile(file, "end", 3, &done, NULL) && done == 3);
    CloseHandle(file);
    file = open_file(L"position.bin", GENERIC_READ, 0, OPEN_EXISTING);
    CHECK("position.append-went-to-end", read_at(file, 20, buffer, 64) == 4 && !memcmp(buffer, "Zend", 4));
    CloseHandle(file);
}

static void size_group(void)
{
    char buffer[16];
    DWORD done;
    LARGE_INTEGER size;
    FILE_END_OF_FILE_INFO end;
    FILE_STANDARD_INFO standard;
    HANDLE file = open_file(L"size.bin", READ_WRITE, 0, CREATE_ALWAYS);
    WriteFile(file, "abcdefgh", 8, &done, NULL);
    SetFilePointer(file, 3, NULL, FILE_BEGIN);
    CHECK("size.shrink", SetEndOfFile(file) && GetFileSizeEx(file, &size) && size.QuadPart == 3);
    SetFilePointer(file, 10, NULL, FILE_BEGIN);
    CHECK("size.grow", SetEndOfFile(file) && GetFileSize(file, NULL) == 10);
    CHECK("size.grown-reads-zero", read_at(file, 0, buffer, 16) == 10 && !memcmp(buffer, "abc\0\0\0\0\0\0\0", 10));
    end.EndOfFile.QuadPart = 6;
    CHECK("size.by-information", SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end) &&
                                     GetFileSize(file, NULL) == 6);
    CHECK("size.standard-information", GetFileInformationByHandleEx(file, FileStandardInfo, &standard, sizeof standard) &&
                                           standard.EndOfFile.QuadPart == 6 && standard.NumberOfLinks == 1 &&
                                           !standard.Directory && !standard.DeletePending);
    size.QuadPart = 5LL << 30;
    CHECK("size.beyond-4-gib", SetFilePointerEx(file, size, NULL, FILE_BEGIN) &&
                                   WriteFile(file, "far", 3, &done, NULL) && GetFileSizeEx(file, &size) &&
                                   size.QuadPart == (5LL << 30) + 3);
    CHECK("size.read-beyond-4-gib", read_at(file, 5LL << 30, buffer, 16) == 3 && !memcmp(buffer, "far", 3));
    CloseHandle(file);
    CHECK("size.delete-big", DeleteFileW(L"size.bin"));
    file = open_file(L"size.bin", GENERIC_READ, 0, CREATE_ALWAYS);
    CHECK_WINE_WRONG("size.set-end-without-right", !SetEndOfFile(file) && GetLastError() == ERROR_ACCESS_DENIED,
                     "SetEndOfFile needs GENERIC_WRITE");
    CloseHandle(file);
}

static void delete_group(void)
{
    FILE_DISPOSITION_INFO disposition = {TRUE};
    HANDLE file, second;
    CHECK_ERROR("delete.missing", DeleteFileW(L"missing.bin"), ERROR_FILE_NOT_FOUND);
    CreateDirectoryW(L"delete.dir", NULL);
    CHECK_ERROR("delete.folder-as-file", DeleteFileW(L"delete.dir"), ERROR_ACCESS_DENIED);
    file = CreateFileW(L"onclose.bin", READ_WRITE | DELETE, SHARE_ALL, NULL, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK("delete.on-close-exists-before", GetFileAttributesW(L"onclose.bin") != INVALID_FILE_ATTRIBUTES);
    CloseHandle(file);
    CHECK("delete.on-close", GetFileAttributesW(L"onclose.bin") == INVALID_FILE_ATTRIBUTES);
    put(L"disposed.bin", "x", 1);
    file = open_file(L"disposed.bin", DELETE | GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    second = open_file(L"disposed.bin", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    CHECK("delete.disposition", SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    disposition.DeleteFile = FALSE;
    CHECK("delete.disposition-undone", SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof disposition));
    CloseHandle(file);
    CHECK("delete.undone-file-stays", GetFileAttributesW(L"disposed.bin") != INVALID_FILE_ATTRIBUTES);
    disposition.DeleteFile = TRUE;
    CHECK_ERROR("delete.disposition-without-right",
                SetFileInformationByHandle(second, FileDispositionInfo, &disposition, sizeof disposition),
                ERROR_ACCESS_DENIED);
    CloseHandle(second);
    SetFileAttributesW(L"disposed.bin", FILE_ATTRIBUTE_READONLY);
    CHECK_ERROR("delete.read-only", DeleteFileW(L"disposed.bin"), ERROR_ACCESS_DENIED);
    SetFileAttributesW(L"disposed.bin", FILE_ATTRIBUTE_NORMAL);
    CHECK("delete.after-read-only-cleared", DeleteFileW(L"disposed.bin"));
}

static int locks(HANDLE file, DWORD flags, DWORD offset, DWORD length)
{
    OVERLAPPED range = {0};
    range.Offset = offset;
    return LockFileEx(file, flags | LOCKFILE_FAIL_IMMEDIATELY, 0, length, 0, &range);
}

static void locks_group(void)
{
    char byte;
    DWORD done;
    HANDLE first, second;
    put(L"locks.bin", "0123456789", 10);
    first = open_file(L"locks.bin", READ_WRITE, SHARE_ALL, OPEN_EXISTING);
    second = open_file(L"locks.bin", READ_WRITE, SHARE_ALL, OPEN_EXISTING);
    CHECK("locks.exclusive", locks(first, LOCKFILE_EXCLUSIVE_LOCK, 2, 4));
    CHECK_ERROR("locks.conflict", locks(second, LOCKFILE_EXCLUSIVE_LOCK, 5, 4), ERROR_LOCK_VIOLATION);
    CHECK_ERROR("locks.shared-conflicts-with-exclusive", locks(second, 0, 2, 1), ERROR_LOCK_VIOLATION);
    CHECK("locks.beside", locks(second, LOCKFILE_EXCLUSIVE_LOCK, 6, 2));
    CHECK("locks.past-end-of-file", locks(second, LOCKFILE_EXCLUSIVE_LOCK, 1000, 10));
    SetFilePointer(second, 3, NULL, FILE_BEGIN);
    CHECK_WINE_WRONG("locks.mandatory-for-read",
                     !ReadFile(second, &byte, 1, &done, NULL) && GetLastError() == ERROR_LOCK_VIOLATION,
                     "LockFile denies other handles access to the range");
    SetFilePointer(second, 3, NULL, FILE_BEGIN);
    CHECK_WINE_WRONG("locks.mandatory-for-write",
                     !WriteFile(second, "!", 1, &done, NULL) && GetLastError() == ERROR_LOCK_VIOLATION,
                     "LockFile denies other handles access to the range");
    SetFilePointer(first, 3, NULL, FILE_BEGIN);
    CHECK("locks.owner-reads", ReadFile(first, &byte, 1, &done, NULL) && done == 1);
    CHECK("locks.unlock", UnlockFile(first, 2, 0, 4, 0));
    CHECK_WINE_WRONG("locks.unlock-twice", !UnlockFile(first, 2, 0, 4, 0) && GetLastError() == ERROR_NOT_LOCKED,
                     "a range that is not locked gives STATUS_RANGE_NOT_LOCKED");
    CHECK("locks.shared", locks(first, 0, 0, 2) && locks(second, 0, 0, 2));
    CHECK_ERROR("locks.exclusive-conflicts-with-shared", locks(second, LOCKFILE_EXCLUSIVE_LOCK, 1, 1),
                ERROR_LOCK_VIOLATION);
    CloseHandle(second);
    CHECK("locks.released-by-close", locks(first, LOCKFILE_EXCLUSIVE_LOCK, 6, 4));
    CloseHandle(first);
}

static unsigned long long hash_more(unsigned long long hash, const unsigned char *data, DWORD length)
{
    while (length--)
        hash = (hash ^ *data++) * 0x100000001b3ULL;
    return hash;
}

static void big_group(void)
{
    enum { TOTAL = 8 << 20 };
    unsigned char *buffer = malloc(1 << 20);
    unsigned long long written_hash = 0xcbf29ce484222325ULL, read_hash = written_hash;
    DWORD done, total = 0, i, seed = 1;
    HANDLE file = open_file(L"big.bin", READ_WRITE, 0, CREATE_ALWAYS);
    while (total < TOTAL)
    {
        DWORD chunk = 1 + (total * 7 + 333333) % 700001;
        if (chunk > TOTAL - total)
            chunk = TOTAL - total;
        for (i = 0; i < chunk; i++)
            buffer[i] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
        if (!WriteFile(file, buffer, chunk, &done, NULL) || done != chunk)
            break;
        written_hash = hash_more(written_hash, buffer, chunk);
        total += chunk;
    }
    CHECK_EQ("big.written", total, TOTAL);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    for (total = 0; ReadFile(file, buffer + 3, 99991 + total % 1000, &done, NULL) && done; total += done)
        read_hash = hash_more(read_hash, buffer + 3, done);
    CHECK_EQ("big.read", total, TOTAL);
    CHECK("big.same-content", written_hash == read_hash);
    CHECK("big.flush", FlushFileBuffers(file));
    CloseHandle(file);
    DeleteFileW(L"big.bin");
    free(buffer);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"create", create_group}, {"native", native_group}, {"sharing", sharing_group}, {"position", position_group},
        {"size", size_group},     {"delete", delete_group}, {"locks", locks_group},     {"big", big_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
