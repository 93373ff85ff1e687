"""The model of parameters.mjs in SimPy, the classic API of Debian's python3-simpy.

    walkers.py CPUS UNTIL_NS

Prints one line of JSON: what happened, and the CPU time of the run, ns.
"""

import json
import sys
import time

from SimPy.Simulation import Process, SimEvent, Simulation, hold, waitevent

WORK_NS = 5000 + 1000
GAP_NS, GAP_VALUES = 1000, 1000
WALK_NS, WALK_VALUES = 150, 150
HANDLER_NS = 500
SEEN_NS = 1
CLUSTER_NS = 100


def seed_of(cpu):
    x = cpu + 1
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    x ^= x >> 16
    return x or 1


def travel_ns(cpu):
    return 600 + 250 * bin(cpu >> 6).count("1")


class Model:
    """What all CPUs share."""

    def __init__(self, cpus):
        self.simulation = Simulation()
        self.simulation.initialize()
        self.cpus = cpus
        self.walkers = [Walker(self, cpu) for cpu in range(1, cpus)]
        self.all_seen = None
        self.acknowledged = 0
        self.last_ack = 0
        self.rounds = 0
        self.latency_ns = 0

    def start(self, process, work):
        self.simulation.activate(process, work)

    def acknowledge(self, cpu):
        self.last_ack = max(self.last_ack, self.simulation.now() + travel_ns(cpu))
        self.acknowledged += 1
        if self.acknowledged == self.cpus - 1:
            self.all_seen.signal()


class Walker(Process):
    """Waits a gap, walks with interrupts off, again and again."""

    def __init__(self, model, cpu):
        super().__init__(sim=model.simulation)
        self.model = model
        self.cpu = cpu
        self.random = seed_of(cpu)
        self.travel_ns = travel_ns(cpu)
        self.is_walking = False
        self.is_pending = False
        self.stolen_ns = 0
        self.delayed = 0
        self.walks = 0

    def draw(self, shortest, values):
        x = self.random
        x = (x ^ (x << 13)) & 0xFFFFFFFF
        x ^= x >> 17
        x = (x ^ (x << 5)) & 0xFFFFFFFF
        self.random = x
        return shortest + 2 * (((x >> 10) * values) >> 22)

    def walk_again(self):
        yield hold, self, self.draw(0, GAP_VALUES)
        while True:
            while self.stolen_ns > 0:
                stolen_ns, self.stolen_ns = self.stolen_ns, 0
                yield hold, self, stolen_ns
            self.is_walking = True
            yield hold, self, self.draw(WALK_NS, WALK_VALUES)
            self.is_walking = False
            self.walks += 1
            gap = self.draw(GAP_NS, GAP_VALUES)
            if self.is_pending:
                self.is_pending = False
                self.delayed += 1
                self.handle(HANDLER_NS)
                gap += HANDLER_NS
            yield hold, self, gap

    def handle(self, duration):
        handler = Interrupt(self)
        self.model.start(handler, handler.run(duration))


class Interrupt(Process):
    """An interrupt under way to a CPU, and its handler there."""

    def __init__(self, walker):
        super().__init__(sim=walker.model.simulation)
        self.walker = walker

    def arrive(self, travel):
        walker = self.walker
        yield hold, self, travel
        if walker.is_walking:
            walker.is_pending = True
        else:
            walker.stolen_ns = HANDLER_NS
            yield hold, self, HANDLER_NS - SEEN_NS
            walker.model.acknowledge(walker.cpu)

    def run(self, duration):
        yield hold, self, duration
        self.walker.model.acknowledge(self.walker.cpu)


class Initiator(Process):
    """CPU 0."""

    def __init__(self, model):
        super().__init__(sim=model.simulation)
        self.model = model

    def interrupt_again(self):
        model = self.model
        while True:
            yield hold, self, WORK_NS
            sent_at = model.simulation.now()
            model.acknowledged = 0
            model.all_seen = SimEvent(sim=model.simulation)
            for walker in model.walkers:
                interrupt = Interrupt(walker)
                travel = CLUSTER_NS * (walker.cpu >> 4) + walker.travel_ns + SEEN_NS
                model.start(interrupt, interrupt.arrive(travel))
            yield waitevent, self, model.all_seen
            yield hold, self, model.last_ack - model.simulation.now()
            model.rounds += 1
            model.latency_ns += model.simulation.now() - sent_at


def main(cpus, until_ns):
    start = time.thread_time_ns()
    model = Model(cpus)
    for walker in model.walkers:
        model.start(walker, walker.walk_again())
    initiator = Initiator(model)
    model.start(initiator, initiator.interrupt_again())
    model.simulation.simulate(until=until_ns)
    outcome = {
        "rounds": model.rounds,
        "latencyNs": model.latency_ns,
        "delayed": sum(walker.delayed for walker in model.walkers),
        "walks": sum(walker.walks for walker in model.walkers),
        "ns": time.thread_time_ns() - start,
    }
    print(json.dumps(outcome))


main(int(sys.argv[1]), int(sys.argv[2]))
