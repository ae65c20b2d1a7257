using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Io;

/// <summary>The arguments of NtDeviceIoControlFile and NtFsControlFile.</summary>
/// <param name="Code">Control code (CTL_CODE).</param>
/// <param name="Input">Input buffer.</param>
/// <param name="InputLength">Its length in bytes.</param>
/// <param name="Output">Output buffer.</param>
/// <param name="OutputLength">Its length in bytes.</param>
/// <param name="GrantedAccess">Access of the handle that was used.</param>
public readonly record struct IoControl(uint Code, GuestPointer Input, uint InputLength, GuestPointer Output, uint OutputLength, uint GrantedAccess);
