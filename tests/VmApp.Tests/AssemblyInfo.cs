// These tests measure processor time and durations: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
