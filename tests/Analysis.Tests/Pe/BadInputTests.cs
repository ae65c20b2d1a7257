using System.Text;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Tests.Pe;

public sealed class BadInputTests
{
    [Fact]
    public void TheMinimalProgramIsAccepted()
    {
        Assert.True(PeImage.TryParse(SyntheticPe.Create(), out PeImage? image, out _));
        Assert.Null(PeProgram.Check(image));
        Assert.False(image.Layout.IsMappable);
    }

    [Theory]
    [InlineData("", PeErrorKind.Empty, PeStatus.MappedFileSizeZero, "empty")]
    [InlineData("#!/bin/sh\necho\n", PeErrorKind.NotPe, PeStatus.InvalidImageNotMz, "script")]
    [InlineData("@echo off\r\n", PeErrorKind.NotPe, PeStatus.InvalidImageNotMz, "cmd.exe /c")]
    [InlineData("\u007fELF\u0002\u0001", PeErrorKind.NotPe, PeStatus.InvalidImageNotMz, "Linux program")]
    [InlineData("PK\u0003\u0004", PeErrorKind.NotPe, PeStatus.InvalidImageNotMz, "ZIP")]
    [InlineData("\u0000\u0001\u0002\u0003", PeErrorKind.NotPe, PeStatus.InvalidImageNotMz, "not a PE")]
    [InlineData("MZ", PeErrorKind.Truncated, PeStatus.InvalidImageNotMz, "DOS header")]
    public void ForeignFilesAreNamed(string content, PeErrorKind kind, uint status, string text) =>
        Expect(Encoding.Latin1.GetBytes(content), kind, status, text);

    [Theory]
    [InlineData("NE", 2, PeStatus.InvalidImageWin16, "16-bit")]
    [InlineData("NE", 1, PeStatus.InvalidImageNeFormat, "OS/2")]
    [InlineData("LE", 0, PeStatus.InvalidImageLeFormat, "linear")]
    [InlineData("xx", 0, PeStatus.InvalidImageProtect, "DOS")]
    public void OldProgramsAreNamed(string signature, byte system, uint status, string text)
    {
        byte[] file = SyntheticPe.Create();
        Encoding.ASCII.GetBytes(signature).CopyTo(file, SyntheticPe.PeOffset);
        file[SyntheticPe.PeOffset + 0x36] = system;
        Expect(file, PeErrorKind.Legacy, status, text);
    }

    [Theory]
    [InlineData(0x70, "PE header")]
    [InlineData(0x90, "PE header")]
    [InlineData(0x100, "optional header")]
    [InlineData(0x188, "section table")]
    [InlineData(0x1c0, "header area")]
    [InlineData(0x208, ".text")]
    public void TruncationNamesTheMissingPart(int length, string part) =>
        Expect(SyntheticPe.Create()[..length], PeErrorKind.Truncated, null, part);

    [Theory]
    [InlineData(SyntheticPe.Optional, 0x107u, "magic")]
    [InlineData(SyntheticPe.Optional + 32, 0x1001u, "alignment")]
    [InlineData(SyntheticPe.Optional + 36, 0x2000u, "alignment")]
    [InlineData(SyntheticPe.Optional + 36, 0x100u, "alignment")]
    [InlineData(SyntheticPe.Optional + 24, 0x40001000u, "64 KiB")]
    [InlineData(SyntheticPe.Optional + 56, 0u, "image size")]
    [InlineData(SyntheticPe.Optional + 56, 0x1000u, "reaches beyond")]
    [InlineData(SyntheticPe.Optional + 56, 0xfffff000u, "image size")]
    [InlineData(SyntheticPe.Table + 12, 0x3000u, "expected")]
    [InlineData(SyntheticPe.Table + 8, 0xfffffff0u, "reaches beyond")]
    [InlineData(SyntheticPe.PeOffset + 20, 0u, "optional header")]
    [InlineData(SyntheticPe.PeOffset + 22, 0u, "not marked")]
    public void HeadersThatNtRefusesAreRefused(int offset, uint value, string text)
    {
        byte[] file = SyntheticPe.Create();
        if (offset is SyntheticPe.PeOffset + 20 or SyntheticPe.PeOffset + 22 or SyntheticPe.Optional)
        {
            SyntheticPe.U16(file, offset, (ushort)value);
        }
        else
        {
            SyntheticPe.U32(file, offset, value);
        }
        Expect(file, PeErrorKind.Malformed, PeStatus.InvalidImageFormat, text);
    }

    [Theory]
    [InlineData(SyntheticPe.PeOffset + 4, (ushort)PeMachine.Arm64, PeErrorKind.WrongMachine, "ARM64")]
    [InlineData(SyntheticPe.PeOffset + 4, (ushort)PeMachine.I386, PeErrorKind.Needs32Bit, "64-bit (x64) version")]
    [InlineData(SyntheticPe.PeOffset + 22, 0x2022, PeErrorKind.IsDll, "DLL")]
    [InlineData(SyntheticPe.Optional + 68, (ushort)PeSubsystem.Native, PeErrorKind.IsDriver, "driver")]
    public void ProgramsThatCannotRunAreNamed(int offset, ushort value, PeErrorKind kind, string text)
    {
        byte[] file = SyntheticPe.Create();
        SyntheticPe.U16(file, offset, value);
        Assert.True(PeImage.TryParse(file, out PeImage? image, out _));
        PeError error = Assert.IsType<PeError>(PeProgram.Check(image));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(text, error.Describe("x.exe"), StringComparison.Ordinal);
    }

    [Fact]
    public void ManagedProgramsAreNamed()
    {
        byte[] file = SyntheticPe.Create();
        SyntheticPe.U32(file, SyntheticPe.Optional + 112 + (14 * 8), 0x1000);
        SyntheticPe.U32(file, SyntheticPe.Optional + 112 + (14 * 8) + 4, 72);
        SyntheticPe.U32(file, 0x200 + 16, 1);
        Assert.True(PeImage.TryParse(file, out PeImage? image, out _));
        Assert.Equal(PeErrorKind.ManagedOnly, PeProgram.Check(image)?.Kind);
    }

    private static void Expect(byte[] file, PeErrorKind kind, uint? status, string text)
    {
        Assert.False(PeImage.TryParse(file, out _, out PeError? error));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(text, error.Describe("x.exe"), StringComparison.Ordinal);
        if (status is { } expected)
        {
            Assert.Equal(expected, error.Status);
        }
    }
}
