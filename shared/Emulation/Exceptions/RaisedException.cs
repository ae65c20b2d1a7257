namespace PortableVirt.Emulation.Exceptions;

/// <summary>An exception that was handed to a program, kept for the report in case the program ends itself because of it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Context">Registers at the exception.</param>
internal sealed record RaisedException(ExceptionRecord Record, GuestContext Context);
