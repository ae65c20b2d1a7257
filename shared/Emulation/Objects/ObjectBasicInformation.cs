using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Objects;

/// <summary>OBJECT_BASIC_INFORMATION: 56 bytes. Pool charges, sizes and the creation time are not kept and read as 0.</summary>
/// <param name="Attributes">OBJ_ flags; bit 0 is protection from close.</param>
/// <param name="GrantedAccess">Access mask of the handle.</param>
/// <param name="HandleCount">Handles open.</param>
/// <param name="PointerCount">References.</param>
[StructLayout(LayoutKind.Sequential, Size = 56)]
internal readonly record struct ObjectBasicInformation(uint Attributes, uint GrantedAccess, uint HandleCount, uint PointerCount);
