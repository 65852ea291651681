package dev.weir.bench;

import java.util.List;

/// What happens when peers are slow and memory is short, part by part.
final class MemoryBench implements Bench {
    private static final List<MemoryPart> PARTS = List.of(
            new SlowPart(CrowdBehaviour.READERS),
            new SlowPart(CrowdBehaviour.UPLOADS),
            new SlowPart(CrowdBehaviour.BYTES),
            new SlowPart(CrowdBehaviour.STALLED),
            new SlotsPart(),
            new SweepPart(),
            new GrantsPart(),
            new AllocatorPart());

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String purpose() {
        return "slow clients beside Netty, reactor-netty, HAProxy and nginx; small budgets; grants; the allocator "
                + MemoryOptions.USAGE;
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        var options = MemoryOptions.read(words);
        boolean isMet = true;
        for (MemoryPart part : options.parts(PARTS, MemoryProxies.ALL)) isMet &= part.run(options);
        return isMet;
    }
}
