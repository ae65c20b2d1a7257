using System.Security;
using PortableVirt.Agent.Bus;

namespace PortableVirt.Agent.Messages;

/// <summary>One notification on the desktop that changes in place (Desktop Notifications Specification 1.2).</summary>
internal sealed class Notification : IDisposable
{
    private const string Service = "org.freedesktop.Notifications";
    private const string ServicePath = "/org/freedesktop/Notifications";
    private const byte Normal = 1;
    private const byte Critical = 2;
    private const int ServersTime = -1;
    private const int Never = 0;

    private readonly SessionBus _bus;
    private readonly bool _hasMarkup;
    private uint _id;

    private Notification(SessionBus bus, bool hasMarkup) => (_bus, _hasMarkup) = (bus, hasMarkup);

    /// <summary>Finds the session's notification service; null where there is none.</summary>
    /// <param name="environment">The session's variables.</param>
    public static Notification? TryMake(IReadOnlyDictionary<string, string> environment)
    {
        SessionBus? bus = null;
        try
        {
            bus = SessionBus.Connect(environment);
            return new Notification(bus, bus.Call(Service, ServicePath, Service, "GetCapabilities", "", _ => { }).Strings().Contains("body-markup"));
        }
        catch (BusException)
        {
            bus?.Dispose();
            return null;
        }
    }

    /// <summary>Shows a state of work, in the place of what was shown before.</summary>
    /// <param name="title">First line.</param>
    /// <param name="text">The rest.</param>
    /// <param name="percent">0 to 100, or null when it is not known.</param>
    public void ShowProgress(string title, string text, int? percent) => Show(title, text, Normal, Never, percent);

    /// <summary>Shows something that went wrong; it stays until the user takes it away.</summary>
    public void ShowError(string title, string text) => Show(title, text, Critical, Never, null);

    /// <summary>Shows something that is over; it goes by itself.</summary>
    public void ShowNews(string title, string text) => Show(title, text, Normal, ServersTime, null);

    /// <summary>Takes it away.</summary>
    public void Close()
    {
        if (_id != 0)
        {
            _bus.Call(Service, ServicePath, Service, "CloseNotification", "u", w => w.UInt32(_id));
            _id = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bus.Dispose();

    private void Show(string title, string text, byte urgency, int milliseconds, int? percent)
    {
        BusReader answer = _bus.Call(Service, ServicePath, Service, "Notify", "susssasa{sv}i", w =>
        {
            w.String("PortableVirt");
            w.UInt32(_id);
            w.String("portablevirt");
            w.String(title);
            w.String(_hasMarkup ? SecurityElement.Escape(text)! : text);
            w.Array(4, () => { });
            w.Array(8, () =>
            {
                w.Align(8);
                w.String("urgency");
                w.Variant("y", () => w.Byte(urgency));
                if (percent is { } value)
                {
                    w.Align(8);
                    w.String("value");
                    w.Variant("i", () => w.Int32(value));
                }
            });
            w.Int32(milliseconds);
        });
        _id = answer.UInt32();
    }
}
