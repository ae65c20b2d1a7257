namespace PortableVirt.Emulation;

public readonly partial record struct NtStatus
{
    /// <summary>STATUS code 0x00000000.</summary>
    public static readonly NtStatus Success = new(0x00000000);
    /// <summary>STATUS code 0x00000000.</summary>
    public static readonly NtStatus Wait0 = new(0x00000000);
    /// <summary>STATUS code 0x00000080.</summary>
    public static readonly NtStatus AbandonedWait0 = new(0x00000080);
    /// <summary>STATUS code 0x000000c0.</summary>
    public static readonly NtStatus UserApc = new(0x000000c0);
    /// <summary>STATUS code 0x00000100.</summary>
    public static readonly NtStatus KernelApc = new(0x00000100);
    /// <summary>STATUS code 0x00000101.</summary>
    public static readonly NtStatus Alerted = new(0x00000101);
    /// <summary>STATUS code 0x00000102.</summary>
    public static readonly NtStatus Timeout = new(0x00000102);
    /// <summary>STATUS code 0x00000103.</summary>
    public static readonly NtStatus Pending = new(0x00000103);
    /// <summary>STATUS code 0x00000104.</summary>
    public static readonly NtStatus Reparse = new(0x00000104);
    /// <summary>STATUS code 0x00000105.</summary>
    public static readonly NtStatus MoreEntries = new(0x00000105);
    /// <summary>STATUS code 0x00000106.</summary>
    public static readonly NtStatus NotAllAssigned = new(0x00000106);
    /// <summary>STATUS code 0x00000107.</summary>
    public static readonly NtStatus SomeNotMapped = new(0x00000107);
    /// <summary>STATUS code 0x00000108.</summary>
    public static readonly NtStatus OplockBreakInProgress = new(0x00000108);
    /// <summary>STATUS code 0x0000010b.</summary>
    public static readonly NtStatus NotifyCleanup = new(0x0000010b);
    /// <summary>STATUS code 0x0000010c.</summary>
    public static readonly NtStatus NotifyEnumDir = new(0x0000010c);
    /// <summary>STATUS code 0x0000012a.</summary>
    public static readonly NtStatus FileLockedWithOnlyReaders = new(0x0000012a);
    /// <summary>STATUS code 0x0000012b.</summary>
    public static readonly NtStatus FileLockedWithWriters = new(0x0000012b);
    /// <summary>STATUS code 0x00000123.</summary>
    public static readonly NtStatus ProcessNotInJob = new(0x00000123);
    /// <summary>STATUS code 0x00000124.</summary>
    public static readonly NtStatus ProcessInJob = new(0x00000124);
    /// <summary>STATUS code 0x40000000.</summary>
    public static readonly NtStatus ObjectNameExists = new(0x40000000);
    /// <summary>STATUS code 0x40000001.</summary>
    public static readonly NtStatus ThreadWasSuspended = new(0x40000001);
    /// <summary>STATUS code 0x40000003.</summary>
    public static readonly NtStatus ImageNotAtBase = new(0x40000003);
    /// <summary>STATUS code 0x80000001.</summary>
    public static readonly NtStatus GuardPageViolation = new(0x80000001);
    /// <summary>STATUS code 0x80000002.</summary>
    public static readonly NtStatus DatatypeMisalignment = new(0x80000002);
    /// <summary>STATUS code 0x80000003.</summary>
    public static readonly NtStatus Breakpoint = new(0x80000003);
    /// <summary>STATUS code 0x80000004.</summary>
    public static readonly NtStatus SingleStep = new(0x80000004);
    /// <summary>STATUS code 0x80000005.</summary>
    public static readonly NtStatus BufferOverflow = new(0x80000005);
    /// <summary>STATUS code 0x80000006.</summary>
    public static readonly NtStatus NoMoreFiles = new(0x80000006);
    /// <summary>STATUS code 0x8000000a.</summary>
    public static readonly NtStatus HandlesClosed = new(0x8000000a);
    /// <summary>STATUS code 0x80000012.</summary>
    public static readonly NtStatus NoMoreEas = new(0x80000012);
    /// <summary>STATUS code 0x8000001a.</summary>
    public static readonly NtStatus NoMoreEntries = new(0x8000001a);
    /// <summary>STATUS code 0xc0000001.</summary>
    public static readonly NtStatus Unsuccessful = new(0xc0000001);
    /// <summary>STATUS code 0xc0000002.</summary>
    public static readonly NtStatus NotImplemented = new(0xc0000002);
    /// <summary>STATUS code 0xc0000003.</summary>
    public static readonly NtStatus InvalidInfoClass = new(0xc0000003);
    /// <summary>STATUS code 0xc0000004.</summary>
    public static readonly NtStatus InfoLengthMismatch = new(0xc0000004);
    /// <summary>STATUS code 0xc0000005.</summary>
    public static readonly NtStatus AccessViolation = new(0xc0000005);
    /// <summary>STATUS code 0xc0000006.</summary>
    public static readonly NtStatus InPageError = new(0xc0000006);
    /// <summary>STATUS code 0xc0000008.</summary>
    public static readonly NtStatus InvalidHandle = new(0xc0000008);
    /// <summary>STATUS code 0xc0000009.</summary>
    public static readonly NtStatus BadInitialStack = new(0xc0000009);
    /// <summary>STATUS code 0xc000000b.</summary>
    public static readonly NtStatus InvalidCid = new(0xc000000b);
    /// <summary>STATUS code 0xc000000d.</summary>
    public static readonly NtStatus InvalidParameter = new(0xc000000d);
    /// <summary>STATUS code 0xc000000e.</summary>
    public static readonly NtStatus NoSuchDevice = new(0xc000000e);
    /// <summary>STATUS code 0xc000000f.</summary>
    public static readonly NtStatus NoSuchFile = new(0xc000000f);
    /// <summary>STATUS code 0xc0000010.</summary>
    public static readonly NtStatus InvalidDeviceRequest = new(0xc0000010);
    /// <summary>STATUS code 0xc0000011.</summary>
    public static readonly NtStatus EndOfFile = new(0xc0000011);
    /// <summary>STATUS code 0xc0000012.</summary>
    public static readonly NtStatus WrongVolume = new(0xc0000012);
    /// <summary>STATUS code 0xc0000013.</summary>
    public static readonly NtStatus NoMediaInDevice = new(0xc0000013);
    /// <summary>STATUS code 0xc0000016.</summary>
    public static readonly NtStatus MoreProcessingRequired = new(0xc0000016);
    /// <summary>STATUS code 0xc0000017.</summary>
    public static readonly NtStatus NoMemory = new(0xc0000017);
    /// <summary>STATUS code 0xc0000018.</summary>
    public static readonly NtStatus ConflictingAddresses = new(0xc0000018);
    /// <summary>STATUS code 0xc0000019.</summary>
    public static readonly NtStatus NotMappedView = new(0xc0000019);
    /// <summary>STATUS code 0xc000001a.</summary>
    public static readonly NtStatus UnableToFreeVm = new(0xc000001a);
    /// <summary>STATUS code 0xc000001b.</summary>
    public static readonly NtStatus UnableToDeleteSection = new(0xc000001b);
    /// <summary>STATUS code 0xc000001d.</summary>
    public static readonly NtStatus IllegalInstruction = new(0xc000001d);
    /// <summary>STATUS code 0xc0000021.</summary>
    public static readonly NtStatus AlreadyCommitted = new(0xc0000021);
    /// <summary>STATUS code 0xc0000022.</summary>
    public static readonly NtStatus AccessDenied = new(0xc0000022);
    /// <summary>STATUS code 0xc0000023.</summary>
    public static readonly NtStatus BufferTooSmall = new(0xc0000023);
    /// <summary>STATUS code 0xc0000024.</summary>
    public static readonly NtStatus ObjectTypeMismatch = new(0xc0000024);
    /// <summary>STATUS code 0xc0000025.</summary>
    public static readonly NtStatus NoncontinuableException = new(0xc0000025);
    /// <summary>STATUS code 0xc0000026.</summary>
    public static readonly NtStatus InvalidDisposition = new(0xc0000026);
    /// <summary>STATUS code 0xc000002a.</summary>
    public static readonly NtStatus NotLocked = new(0xc000002a);
    /// <summary>STATUS code 0xc000002d.</summary>
    public static readonly NtStatus NotCommitted = new(0xc000002d);
    /// <summary>STATUS code 0xc0000030.</summary>
    public static readonly NtStatus InvalidParameterMix = new(0xc0000030);
    /// <summary>STATUS code 0xc0000033.</summary>
    public static readonly NtStatus ObjectNameInvalid = new(0xc0000033);
    /// <summary>STATUS code 0xc0000034.</summary>
    public static readonly NtStatus ObjectNameNotFound = new(0xc0000034);
    /// <summary>STATUS code 0xc0000035.</summary>
    public static readonly NtStatus ObjectNameCollision = new(0xc0000035);
    /// <summary>STATUS code 0xc0000039.</summary>
    public static readonly NtStatus ObjectPathInvalid = new(0xc0000039);
    /// <summary>STATUS code 0xc000003a.</summary>
    public static readonly NtStatus ObjectPathNotFound = new(0xc000003a);
    /// <summary>STATUS code 0xc000003b.</summary>
    public static readonly NtStatus ObjectPathSyntaxBad = new(0xc000003b);
    /// <summary>STATUS code 0xc0000043.</summary>
    public static readonly NtStatus SharingViolation = new(0xc0000043);
    /// <summary>STATUS code 0xc0000045.</summary>
    public static readonly NtStatus InvalidPageProtection = new(0xc0000045);
    /// <summary>STATUS code 0xc0000046.</summary>
    public static readonly NtStatus MutantNotOwned = new(0xc0000046);
    /// <summary>STATUS code 0xc0000047.</summary>
    public static readonly NtStatus SemaphoreLimitExceeded = new(0xc0000047);
    /// <summary>STATUS code 0xc0000048.</summary>
    public static readonly NtStatus PortAlreadySet = new(0xc0000048);
    /// <summary>STATUS code 0xc0000049.</summary>
    public static readonly NtStatus SectionNotImage = new(0xc0000049);
    /// <summary>STATUS code 0xc000004a.</summary>
    public static readonly NtStatus SuspendCountExceeded = new(0xc000004a);
    /// <summary>STATUS code 0xc000004b.</summary>
    public static readonly NtStatus ThreadIsTerminating = new(0xc000004b);
    /// <summary>STATUS code 0xc000004c.</summary>
    public static readonly NtStatus BadWorkingSetLimit = new(0xc000004c);
    /// <summary>STATUS code 0xc000004d.</summary>
    public static readonly NtStatus IncompatibleFileMap = new(0xc000004d);
    /// <summary>STATUS code 0xc000004e.</summary>
    public static readonly NtStatus SectionProtection = new(0xc000004e);
    /// <summary>STATUS code 0xc000004f.</summary>
    public static readonly NtStatus EasNotSupported = new(0xc000004f);
    /// <summary>STATUS code 0xc0000054.</summary>
    public static readonly NtStatus FileLockConflict = new(0xc0000054);
    /// <summary>STATUS code 0xc0000055.</summary>
    public static readonly NtStatus LockNotGranted = new(0xc0000055);
    /// <summary>STATUS code 0xc0000056.</summary>
    public static readonly NtStatus DeletePending = new(0xc0000056);
    /// <summary>STATUS code 0xc0000057.</summary>
    public static readonly NtStatus CtlFileNotSupported = new(0xc0000057);
    /// <summary>STATUS code 0xc0000061.</summary>
    public static readonly NtStatus PrivilegeNotHeld = new(0xc0000061);
    /// <summary>STATUS code 0xc0000062.</summary>
    public static readonly NtStatus InvalidAccountName = new(0xc0000062);
    /// <summary>STATUS code 0xc0000060.</summary>
    public static readonly NtStatus NoSuchPrivilege = new(0xc0000060);
    /// <summary>STATUS code 0xc000007c.</summary>
    public static readonly NtStatus NoToken = new(0xc000007c);
    /// <summary>STATUS code 0xc0000077.</summary>
    public static readonly NtStatus InvalidAcl = new(0xc0000077);
    /// <summary>STATUS code 0xc0000078.</summary>
    public static readonly NtStatus InvalidSid = new(0xc0000078);
    /// <summary>STATUS code 0xc0000079.</summary>
    public static readonly NtStatus InvalidSecurityDescr = new(0xc0000079);
    /// <summary>STATUS code 0xc000007a.</summary>
    public static readonly NtStatus ProcedureNotFound = new(0xc000007a);
    /// <summary>STATUS code 0xc000007b.</summary>
    public static readonly NtStatus InvalidImageFormat = new(0xc000007b);
    /// <summary>STATUS code 0xc000007e.</summary>
    public static readonly NtStatus RangeNotLocked = new(0xc000007e);
    /// <summary>STATUS code 0xc000007f.</summary>
    public static readonly NtStatus DiskFull = new(0xc000007f);
    /// <summary>STATUS code 0xc0000080.</summary>
    public static readonly NtStatus ServerDisabled = new(0xc0000080);
    /// <summary>STATUS code 0xc0000087.</summary>
    public static readonly NtStatus SectionNotExtended = new(0xc0000087);
    /// <summary>STATUS code 0xc0000040.</summary>
    public static readonly NtStatus SectionTooBig = new(0xc0000040);
    /// <summary>STATUS code 0xc0000098.</summary>
    public static readonly NtStatus FileInvalid = new(0xc0000098);
    /// <summary>STATUS code 0xc000009a.</summary>
    public static readonly NtStatus InsufficientResources = new(0xc000009a);
    /// <summary>STATUS code 0xc00000a3.</summary>
    public static readonly NtStatus DeviceNotReady = new(0xc00000a3);
    /// <summary>STATUS code 0xc00000ac.</summary>
    public static readonly NtStatus PipeNotAvailable = new(0xc00000ac);
    /// <summary>STATUS code 0xc00000ab.</summary>
    public static readonly NtStatus InstanceNotAvailable = new(0xc00000ab);
    /// <summary>STATUS code 0xc00000ae.</summary>
    public static readonly NtStatus PipeBusy = new(0xc00000ae);
    /// <summary>STATUS code 0xc00000af.</summary>
    public static readonly NtStatus IllegalFunction = new(0xc00000af);
    /// <summary>STATUS code 0xc00000b0.</summary>
    public static readonly NtStatus PipeDisconnected = new(0xc00000b0);
    /// <summary>STATUS code 0xc00000b1.</summary>
    public static readonly NtStatus PipeClosing = new(0xc00000b1);
    /// <summary>STATUS code 0xc00000b2.</summary>
    public static readonly NtStatus PipeConnected = new(0xc00000b2);
    /// <summary>STATUS code 0xc00000b3.</summary>
    public static readonly NtStatus PipeListening = new(0xc00000b3);
    /// <summary>STATUS code 0xc00000b4.</summary>
    public static readonly NtStatus InvalidReadMode = new(0xc00000b4);
    /// <summary>STATUS code 0xc00000b5.</summary>
    public static readonly NtStatus IoTimeout = new(0xc00000b5);
    /// <summary>STATUS code 0xc00000b6.</summary>
    public static readonly NtStatus FileForcedClosed = new(0xc00000b6);
    /// <summary>STATUS code 0xc00000ba.</summary>
    public static readonly NtStatus FileIsADirectory = new(0xc00000ba);
    /// <summary>STATUS code 0xc00000bb.</summary>
    public static readonly NtStatus NotSupported = new(0xc00000bb);
    /// <summary>STATUS code 0xc00000be.</summary>
    public static readonly NtStatus BadNetworkPath = new(0xc00000be);
    /// <summary>STATUS code 0xc00000c3.</summary>
    public static readonly NtStatus InvalidNetworkResponse = new(0xc00000c3);
    /// <summary>STATUS code 0xc00000d4.</summary>
    public static readonly NtStatus NotSameDevice = new(0xc00000d4);
    /// <summary>STATUS code 0xc00000d5.</summary>
    public static readonly NtStatus FileRenamed = new(0xc00000d5);
    /// <summary>STATUS code 0xc00000d9.</summary>
    public static readonly NtStatus PipeEmpty = new(0xc00000d9);
    /// <summary>STATUS code 0xc00000e5.</summary>
    public static readonly NtStatus InternalError = new(0xc00000e5);
    /// <summary>STATUS code 0xc00000ef.</summary>
    public static readonly NtStatus InvalidParameter1 = new(0xc00000ef);
    /// <summary>STATUS code 0xc00000f0.</summary>
    public static readonly NtStatus InvalidParameter2 = new(0xc00000f0);
    /// <summary>STATUS code 0xc00000f1.</summary>
    public static readonly NtStatus InvalidParameter3 = new(0xc00000f1);
    /// <summary>STATUS code 0xc00000f2.</summary>
    public static readonly NtStatus InvalidParameter4 = new(0xc00000f2);
    /// <summary>STATUS code 0xc00000f3.</summary>
    public static readonly NtStatus InvalidParameter5 = new(0xc00000f3);
    /// <summary>STATUS code 0xc00000f4.</summary>
    public static readonly NtStatus InvalidParameter6 = new(0xc00000f4);
    /// <summary>STATUS code 0xc00000f5.</summary>
    public static readonly NtStatus InvalidParameter7 = new(0xc00000f5);
    /// <summary>STATUS code 0xc00000f6.</summary>
    public static readonly NtStatus InvalidParameter8 = new(0xc00000f6);
    /// <summary>STATUS code 0xc00000f7.</summary>
    public static readonly NtStatus InvalidParameter9 = new(0xc00000f7);
    /// <summary>STATUS code 0xc00000f8.</summary>
    public static readonly NtStatus InvalidParameter10 = new(0xc00000f8);
    /// <summary>STATUS code 0xc000011e.</summary>
    public static readonly NtStatus MappedFileSizeZero = new(0xc000011e);
    /// <summary>STATUS code 0xc0000101.</summary>
    public static readonly NtStatus DirectoryNotEmpty = new(0xc0000101);
    /// <summary>STATUS code 0xc0000103.</summary>
    public static readonly NtStatus NotADirectory = new(0xc0000103);
    /// <summary>STATUS code 0xc0000106.</summary>
    public static readonly NtStatus NameTooLong = new(0xc0000106);
    /// <summary>STATUS code 0xc000010a.</summary>
    public static readonly NtStatus ProcessIsTerminating = new(0xc000010a);
    /// <summary>STATUS code 0xc000011f.</summary>
    public static readonly NtStatus TooManyOpenedFiles = new(0xc000011f);
    /// <summary>STATUS code 0xc0000120.</summary>
    public static readonly NtStatus Cancelled = new(0xc0000120);
    /// <summary>STATUS code 0xc0000121.</summary>
    public static readonly NtStatus CannotDelete = new(0xc0000121);
    /// <summary>STATUS code 0xc0000123.</summary>
    public static readonly NtStatus FileDeleted = new(0xc0000123);
    /// <summary>STATUS code 0xc0000128.</summary>
    public static readonly NtStatus FileClosed = new(0xc0000128);
    /// <summary>STATUS code 0xc000012a.</summary>
    public static readonly NtStatus ThreadNotInProcess = new(0xc000012a);
    /// <summary>STATUS code 0xc000012d.</summary>
    public static readonly NtStatus CommitmentLimit = new(0xc000012d);
    /// <summary>STATUS code 0xc000012e.</summary>
    public static readonly NtStatus InvalidImageLeFormat = new(0xc000012e);
    /// <summary>STATUS code 0xc000012f.</summary>
    public static readonly NtStatus InvalidImageNotMz = new(0xc000012f);
    /// <summary>STATUS code 0xc0000130.</summary>
    public static readonly NtStatus InvalidImageProtect = new(0xc0000130);
    /// <summary>STATUS code 0xc0000131.</summary>
    public static readonly NtStatus InvalidImageWin16 = new(0xc0000131);
    /// <summary>STATUS code 0xc0000135.</summary>
    public static readonly NtStatus DllNotFound = new(0xc0000135);
    /// <summary>STATUS code 0xc0000138.</summary>
    public static readonly NtStatus OrdinalNotFound = new(0xc0000138);

    /// <summary>STATUS_ENTRYPOINT_NOT_FOUND.</summary>
    public static readonly NtStatus EntrypointNotFound = new(0xc0000139);
    /// <summary>STATUS code 0xc0000139.</summary>
    public static readonly NtStatus EntryPointNotFound = new(0xc0000139);
    /// <summary>STATUS code 0xc000013a.</summary>
    public static readonly NtStatus ControlCExit = new(0xc000013a);
    /// <summary>STATUS code 0xc000013b.</summary>
    public static readonly NtStatus LocalDisconnect = new(0xc000013b);
    /// <summary>STATUS code 0xc000013c.</summary>
    public static readonly NtStatus RemoteDisconnect = new(0xc000013c);
    /// <summary>STATUS code 0xc000017c.</summary>
    public static readonly NtStatus KeyDeleted = new(0xc000017c);
    /// <summary>STATUS code 0xc0000180.</summary>
    public static readonly NtStatus KeyHasChildren = new(0xc0000180);
    /// <summary>STATUS code 0xc0000181.</summary>
    public static readonly NtStatus ChildMustBeVolatile = new(0xc0000181);
    /// <summary>STATUS code 0xc0000184.</summary>
    public static readonly NtStatus InvalidDeviceState = new(0xc0000184);
    /// <summary>STATUS code 0xc0000185.</summary>
    public static readonly NtStatus IoDeviceError = new(0xc0000185);
    /// <summary>STATUS code 0xc000014c.</summary>
    public static readonly NtStatus RegistryCorrupt = new(0xc000014c);
    /// <summary>STATUS code 0xc000014b.</summary>
    public static readonly NtStatus PipeBroken = new(0xc000014b);
    /// <summary>STATUS code 0xc000006b.</summary>
    public static readonly NtStatus IllFormedPassword = new(0xc000006b);
    /// <summary>STATUS code 0xc000008c.</summary>
    public static readonly NtStatus ArrayBoundsExceeded = new(0xc000008c);
    /// <summary>STATUS code 0xc000008d.</summary>
    public static readonly NtStatus FloatDenormalOperand = new(0xc000008d);
    /// <summary>STATUS code 0xc000008e.</summary>
    public static readonly NtStatus FloatDivideByZero = new(0xc000008e);
    /// <summary>STATUS code 0xc000008f.</summary>
    public static readonly NtStatus FloatInexactResult = new(0xc000008f);
    /// <summary>STATUS code 0xc0000090.</summary>
    public static readonly NtStatus FloatInvalidOperation = new(0xc0000090);
    /// <summary>STATUS code 0xc0000091.</summary>
    public static readonly NtStatus FloatOverflow = new(0xc0000091);
    /// <summary>STATUS code 0xc0000092.</summary>
    public static readonly NtStatus FloatStackCheck = new(0xc0000092);
    /// <summary>STATUS code 0xc0000093.</summary>
    public static readonly NtStatus FloatUnderflow = new(0xc0000093);
    /// <summary>STATUS code 0xc0000094.</summary>
    public static readonly NtStatus IntegerDivideByZero = new(0xc0000094);
    /// <summary>STATUS code 0xc0000095.</summary>
    public static readonly NtStatus IntegerOverflow = new(0xc0000095);
    /// <summary>STATUS code 0xc0000096.</summary>
    public static readonly NtStatus PrivilegedInstruction = new(0xc0000096);
    /// <summary>STATUS code 0xc00000fd.</summary>
    public static readonly NtStatus StackOverflow = new(0xc00000fd);
    /// <summary>STATUS code 0xc0000225.</summary>
    public static readonly NtStatus NotFound = new(0xc0000225);
    /// <summary>STATUS code 0xc0000275.</summary>
    public static readonly NtStatus NotAReparsePoint = new(0xc0000275);
    /// <summary>STATUS code 0xc0000279.</summary>
    public static readonly NtStatus IoReparseTagNotHandled = new(0xc0000279);
    /// <summary>STATUS code 0xc000050b.</summary>
    public static readonly NtStatus ReparsePointEncountered = new(0xc000050b);
    /// <summary>STATUS code 0xc0000409.</summary>
    public static readonly NtStatus StackBufferOverrun = new(0xc0000409);
    /// <summary>STATUS code 0xc0000417.</summary>
    public static readonly NtStatus InvalidCruntimeParameter = new(0xc0000417);
    /// <summary>STATUS code 0xc0000420.</summary>
    public static readonly NtStatus AssertionFailure = new(0xc0000420);
    /// <summary>STATUS code 0xc0000236.</summary>
    public static readonly NtStatus ConnectionRefused = new(0xc0000236);
    /// <summary>STATUS code 0xc000020d.</summary>
    public static readonly NtStatus ConnectionReset = new(0xc000020d);
    /// <summary>STATUS code 0xc0000241.</summary>
    public static readonly NtStatus ConnectionAborted = new(0xc0000241);
    /// <summary>STATUS code 0xc000023a.</summary>
    public static readonly NtStatus ConnectionInvalid = new(0xc000023a);
    /// <summary>STATUS code 0xc000023b.</summary>
    public static readonly NtStatus ConnectionActive = new(0xc000023b);
    /// <summary>STATUS code 0xc000023c.</summary>
    public static readonly NtStatus NetworkUnreachable = new(0xc000023c);
    /// <summary>STATUS code 0xc000023d.</summary>
    public static readonly NtStatus HostUnreachable = new(0xc000023d);
    /// <summary>STATUS code 0xc000020a.</summary>
    public static readonly NtStatus AddressAlreadyExists = new(0xc000020a);
    /// <summary>STATUS code 0xc0000238.</summary>
    public static readonly NtStatus AddressAlreadyAssociated = new(0xc0000238);
    /// <summary>STATUS code 0xc0000207.</summary>
    public static readonly NtStatus InvalidAddressComponent = new(0xc0000207);
    /// <summary>STATUS code 0xc0000209.</summary>
    public static readonly NtStatus TooManyAddresses = new(0xc0000209);
    /// <summary>STATUS code 0xc0000140.</summary>
    public static readonly NtStatus InvalidConnection = new(0xc0000140);
    /// <summary>STATUS code 0xc0000243.</summary>
    public static readonly NtStatus UserMappedFile = new(0xc0000243);
    /// <summary>STATUS code 0xc0000904.</summary>
    public static readonly NtStatus FileTooLarge = new(0xc0000904);
    /// <summary>STATUS code 0xc0000226.</summary>
    public static readonly NtStatus NotTinyStream = new(0xc0000226);
    /// <summary>STATUS code 0xc0000145.</summary>
    public static readonly NtStatus AppInitFailure = new(0xc0000145);
    /// <summary>STATUS code 0xc0000162.</summary>
    public static readonly NtStatus UnmappableCharacter = new(0xc0000162);
    /// <summary>STATUS code 0xc0000064.</summary>
    public static readonly NtStatus NoSuchUser = new(0xc0000064);
    /// <summary>STATUS code 0xc0000204.</summary>
    public static readonly NtStatus ResourceLangNotFound = new(0xc0000204);
    /// <summary>STATUS code 0xc000008b.</summary>
    public static readonly NtStatus ResourceNameNotFound = new(0xc000008b);
    /// <summary>STATUS code 0xc0000354.</summary>
    public static readonly NtStatus DebuggerInactive = new(0xc0000354);
    /// <summary>STATUS code 0xc0000353.</summary>
    public static readonly NtStatus PortNotSet = new(0xc0000353);
    /// <summary>STATUS code 0xc0000717.</summary>
    public static readonly NtStatus NoUnicodeTranslation = new(0xc0000717);
    /// <summary>STATUS code 0xc0000235.</summary>
    public static readonly NtStatus HandleNotClosable = new(0xc0000235);
    /// <summary>STATUS code 0x4000000e.</summary>
    public static readonly NtStatus ImageMachineTypeMismatch = new(0x4000000e);
    /// <summary>STATUS code 0xc0000221.</summary>
    public static readonly NtStatus ImageChecksumMismatch = new(0xc0000221);
    /// <summary>STATUS code 0xc0000063.</summary>
    public static readonly NtStatus UserExists = new(0xc0000063);
    /// <summary>STATUS code 0xc000015c.</summary>
    public static readonly NtStatus NotRegistryFile = new(0xc000015c);
    /// <summary>STATUS code 0x40000023.</summary>
    public static readonly NtStatus ImageMachineTypeMismatchExe = new(0x40000023);
    /// <summary>STATUS code 0xc00000a0.</summary>
    public static readonly NtStatus MemoryNotAllocated = new(0xc00000a0);
    /// <summary>STATUS code 0xc000001f.</summary>
    public static readonly NtStatus InvalidViewSize = new(0xc000001f);
    /// <summary>STATUS code 0xc0000220.</summary>
    public static readonly NtStatus MappedAlignment = new(0xc0000220);
    /// <summary>STATUS code 0xc000009f.</summary>
    public static readonly NtStatus FreeVmNotAtBase = new(0xc000009f);
    /// <summary>STATUS code 0xc0000020.</summary>
    public static readonly NtStatus InvalidFileForSection = new(0xc0000020);
    /// <summary>STATUS code 0xc000001c.</summary>
    public static readonly NtStatus InvalidSystemService = new(0xc000001c);
    /// <summary>STATUS code 0xc0000474.</summary>
    public static readonly NtStatus InvalidOffsetAlignment = new(0xc0000474);
    /// <summary>STATUS code 0x8000000d.</summary>
    public static readonly NtStatus PartialCopy = new(0x8000000d);

    /// <summary>STATUS code 0xc0000141.</summary>
    public static readonly NtStatus InvalidAddress = new(0xc0000141);
}
