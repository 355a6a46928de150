import Testing

/// The program as a user runs it, while the world goes wrong around it.
///
/// Each suite runs `diffmatch` itself: the one that was built beside these tests, or that of `DIFFMATCH_PROGRAM`. Without
/// `DIFFMATCH_FULL` in the environment each tries a few of its cases.
@Suite(.serialized) enum ReliabilityTests {}
