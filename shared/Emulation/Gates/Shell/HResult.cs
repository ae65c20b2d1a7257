namespace PortableVirt.Emulation.Gates.Shell;

/// <summary>HRESULT values. Source: winerror.h.</summary>
internal static class HResult
{
    /// <summary>S_OK.</summary>
    public const uint Ok = 0;

    /// <summary>E_POINTER.</summary>
    public const uint Pointer = 0x80004003;

    /// <summary>E_NOINTERFACE.</summary>
    public const uint NoInterface = 0x80004002;

    /// <summary>E_OUTOFMEMORY.</summary>
    public const uint OutOfMemory = 0x8007000e;

    /// <summary>E_INVALIDARG.</summary>
    public const uint InvalidArgument = 0x80070057;

    /// <summary>CLASS_E_NOAGGREGATION.</summary>
    public const uint NoAggregation = 0x80040110;

    /// <summary>CLASS_E_CLASSNOTAVAILABLE.</summary>
    public const uint ClassNotAvailable = 0x80040111;
}
