namespace PortableVirt.Emulation.Sockets;

/// <summary>
/// The socket options that the host keeps. libwine's AFD has a control code for reading and one for writing each, numbered without a
/// system (function numbers 219 to 305 of FILE_DEVICE_NETWORK).
/// </summary>
/// <param name="Level">The host's level.</param>
/// <param name="Name">The host's number.</param>
/// <param name="IsWrite">The code writes the option.</param>
/// <param name="Form">What the value looks like.</param>
internal readonly record struct SocketOption(int Level, int Name, bool IsWrite, SocketOptionForm Form)
{
    private const SocketOptionForm Number = SocketOptionForm.Number, Group = SocketOptionForm.Group, Source = SocketOptionForm.SourceGroup;

    /// <summary>The option of a function number; null for others.</summary>
    public static SocketOption? Find(uint function) => function switch
    {
        220 or 221 => new(HostOption.Socket, HostOption.Broadcast, function == 221, Number),
        223 or 224 => new(HostOption.Socket, HostOption.KeepAlive, function == 224, Number),
        227 or 228 => new(HostOption.Socket, HostOption.OutOfBandInline, function == 228, Number),
        239 => new(HostOption.Internet, 35, true, Group),
        240 => new(HostOption.Internet, 39, true, Source),
        241 => new(HostOption.Internet, 38, true, Source),
        242 or 243 => new(HostOption.Internet, HostOption.DiscoverMtu, function == 243, SocketOptionForm.DontFragment),
        244 => new(HostOption.Internet, 36, true, Group),
        245 => new(HostOption.Internet, 40, true, Source),
        248 or 249 => new(HostOption.Internet, 32, function == 249, SocketOptionForm.Interface),
        250 or 251 => new(HostOption.Internet, 34, function == 251, Number),
        252 or 253 => new(HostOption.Internet, 33, function == 253, Number),
        256 or 257 => new(HostOption.Internet, 8, function == 257, Number),
        258 or 259 => new(HostOption.Internet, 1, function == 259, Number),
        260 or 261 => new(HostOption.Internet, 2, function == 261, Number),
        262 => new(HostOption.Internet, 37, true, Source),
        263 or 264 => new(HostOption.Internet, 50, function == 264, Number),
        265 => new(HostOption.Internet6, 20, true, Group),
        266 or 267 => new(HostOption.Internet6, 62, function == 267, Number),
        268 => new(HostOption.Internet6, 21, true, Group),
        269 or 270 => new(HostOption.Internet6, 18, function == 270, Number),
        271 or 272 => new(HostOption.Internet6, 17, function == 272, Number),
        273 or 274 => new(HostOption.Internet6, 19, function == 274, Number),
        275 or 276 => new(HostOption.Internet6, 16, function == 276, Number),
        277 or 278 => new(HostOption.Internet6, 76, function == 278, Number),
        279 or 280 => new(HostOption.Internet6, HostOption.OnlyInternet6, function == 280, Number),
        284 or 285 => new(HostOption.Tcp, HostOption.NoDelay, function == 285, Number),
        286 or 287 => new(HostOption.Internet6, 51, function == 287, Number),
        288 or 289 => new(HostOption.Internet6, 49, function == 289, Number),
        290 or 291 => new(HostOption.Internet6, 66, function == 291, Number),
        293 or 294 => new(HostOption.Internet, 12, function == 294, Number),
        295 or 296 => new(HostOption.Internet, 13, function == 296, Number),
        299 or 300 => new(HostOption.Tcp, HostOption.KeepIdle, function == 300, Number),
        301 or 302 => new(HostOption.Tcp, HostOption.KeepCount, function == 302, Number),
        303 or 304 => new(HostOption.Tcp, HostOption.KeepInterval, function == 304, Number),
        _ => null,
    };
}
