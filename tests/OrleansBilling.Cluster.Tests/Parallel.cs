// A test on a hand-driven clock mostly waits for its cluster: more of them than processors fit beside each other.
[assembly: CollectionBehavior(MaxParallelThreads = 16)]
