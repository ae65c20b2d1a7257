using Microsoft.Extensions.Logging;

namespace PortableVirt.Dispatch.Journal;

/// <summary>Gives the lines of all loggers, with the fields of their scopes, to one sink.</summary>
internal sealed class SinkLoggerProvider(ILogSink sink) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SinkLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose() => (sink as IDisposable)?.Dispose();

    private sealed class SinkLogger(SinkLoggerProvider provider, string source) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<KeyValuePair<string, object>> fields = [];
            provider._scopes?.ForEachScope(
                static (scope, list) =>
                {
                    if (scope is IEnumerable<KeyValuePair<string, object>> pairs)
                    {
                        list.AddRange(pairs.Where(p => p.Key.StartsWith("PORTABLEVIRT_", StringComparison.Ordinal)));
                    }
                },
                fields);
            string message = formatter(state, exception);
            provider.Sink.Write(logLevel, source, exception is null ? message : $"{message}\n{exception}", fields);
        }
    }

    private ILogSink Sink => sink;
}
