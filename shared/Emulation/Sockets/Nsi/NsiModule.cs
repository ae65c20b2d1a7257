namespace PortableVirt.Emulation.Sockets.Nsi;

/// <summary>The network modules whose tables the Network Store Interface shows (NPI_MS_..._MODULEID, netiodef.h).</summary>
internal enum NsiModule
{
    Internet,
    Internet6,
    Udp,
    Tcp,
    Interfaces,
}
