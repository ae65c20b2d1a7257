namespace PortableVirt.Emulation.Debugging;

/// <summary>DBG_STATE: what a debug event reports (winternl.h of Wine 8.0).</summary>
internal enum DebugStateChange : uint
{
    CreateThread = 2,
    CreateProcess = 3,
    ExitThread = 4,
    ExitProcess = 5,
    Exception = 6,
    Breakpoint = 7,
    SingleStep = 8,
    LoadDll = 9,
    UnloadDll = 10,
}
