namespace PortableVirt.Analysis.Pe;

/// <summary>Decides whether an image can be started as a program here: a native 64-bit x86 program of the Windows subsystem.</summary>
public static class PeProgram
{
    /// <summary>Null when the image is such a program, else why it is not.</summary>
    public static PeError? Check(PeImage image)
    {
        PeHeaders headers = image.Headers;
        if (headers.Machine != PeMachine.Amd64 || !headers.IsPe32Plus)
        {
            return OtherMachine(image);
        }
        if (headers.Subsystem is PeSubsystem.Native or PeSubsystem.EfiApplication or PeSubsystem.EfiBootServiceDriver or PeSubsystem.EfiRuntimeDriver
            or PeSubsystem.EfiRom or PeSubsystem.WindowsBootApplication)
        {
            string what = headers.Subsystem == PeSubsystem.Native ? "a driver or a native NT program" : "firmware code";
            return new PeError(PeErrorKind.IsDriver, PeStatus.InvalidImageFormat, $"is {what}, not a Windows program", "Kernel drivers cannot run here.");
        }
        if (headers.IsDll)
        {
            return new PeError(
                PeErrorKind.IsDll, PeStatus.InvalidImageFormat, "is a DLL, not a program", "Run the program that uses it, or: rundll32.exe FILE,FUNCTION.");
        }
        return IsManagedOnly(image) ? Managed(false) : null;
    }

    private static PeError OtherMachine(PeImage image)
    {
        if (IsManagedOnly(image))
        {
            return Managed(PeComDescriptor.TryRead(image, out PeComDescriptor descriptor) && descriptor.Requires32Bit);
        }
        return image.Headers.Machine switch
        {
            PeMachine.I386 => new PeError(
                PeErrorKind.Needs32Bit, PeStatus.ImageMachineTypeMismatch, "is a 32-bit program", "Get the 64-bit (x64) version of the program."),
            PeMachine.Arm64 or PeMachine.Arm64Ec => WrongMachine("is a program for ARM64 processors"),
            PeMachine.ArmNt => WrongMachine("is a program for 32-bit ARM processors"),
            PeMachine machine => WrongMachine($"is a program for another processor (machine 0x{(ushort)machine:x4})"),
        };
    }

    private static PeError WrongMachine(string what) =>
        new(PeErrorKind.WrongMachine, PeStatus.ImageMachineTypeMismatch, what, "Get the x64 (AMD64) version of the program.");

    private static bool IsManagedOnly(PeImage image) => PeComDescriptor.TryRead(image, out PeComDescriptor descriptor) && descriptor.IsIlOnly;

    private static PeError Managed(bool requires32Bit) => new(
        PeErrorKind.ManagedOnly,
        PeStatus.InvalidImageFormat,
        requires32Bit ? "is a 32-bit .NET program without native start code" : "is a .NET program without native start code",
        "Run the x64 .exe that was published with it (apphost), or dotnet.exe with the file as its argument.");
}
