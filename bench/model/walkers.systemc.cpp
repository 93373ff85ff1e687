// The model of parameters.mjs in SystemC: methods with dynamic triggers, its fastest style.
//
//   walkers.systemc CPUS UNTIL_NS
//
// Prints one line of JSON: what happened, and the CPU time of the run, ns.
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

using Time = int64_t;

constexpr Time kWorkNs = 5000 + 1000, kGapNs = 1000, kWalkNs = 150, kHandlerNs = 500;
constexpr Time kSeenNs = 1, kClusterNs = 100;
constexpr uint32_t kGapValues = 1000, kWalkValues = 150;

static uint32_t seedOf(uint32_t cpu) {
  uint32_t x = cpu + 1;
  x = (x ^ (x >> 16)) * 0x45d9f3bu;
  x = (x ^ (x >> 16)) * 0x45d9f3bu;
  x ^= x >> 16;
  return x == 0 ? 1 : x;
}

static Time travelNs(int cpu) { return 600 + 250 * __builtin_popcount(cpu >> 6); }

static sc_core::sc_time ns(Time value) { return sc_core::sc_time::from_value(value); }

static Time now() { return sc_core::sc_time_stamp().value(); }

struct Initiator;

/// A CPU that waits and walks; `irq` fires when an interrupt is seen and when its handler is done.
struct Walker : sc_core::sc_module {
  sc_core::sc_event irq;
  int64_t delayed = 0, walks = 0;

  SC_HAS_PROCESS(Walker);
  Walker(sc_core::sc_module_name name, int cpu, Initiator& initiator)
      : sc_module(name), cpu_(cpu), initiator_(initiator), random_(seedOf(cpu)) {
    SC_METHOD(step);
    SC_METHOD(interrupt);
    sensitive << irq;
    dont_initialize();
  }

 private:
  void step() {
    if (!isStarted_) {
      isStarted_ = true;
      next_trigger(ns(draw(0, kGapValues)));
    } else if (isWalking_) {
      endWalk();
    } else if (stolenNs_ > 0) {
      next_trigger(ns(stolenNs_));
      stolenNs_ = 0;
    } else {
      isWalking_ = true;
      next_trigger(ns(draw(kWalkNs, kWalkValues)));
    }
  }

  void endWalk() {
    isWalking_ = false;
    walks++;
    Time gap = draw(kGapNs, kGapValues);
    if (isPending_) {
      isPending_ = false;
      delayed++;
      handle(kHandlerNs);
      gap += kHandlerNs;
    }
    next_trigger(ns(gap));
  }

  void interrupt();

  void handle(Time duration) {
    isHandling_ = true;
    irq.notify(ns(duration));
  }

  Time draw(Time shortest, uint32_t values) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return shortest + 2 * static_cast<Time>(((random_ >> 10) * values) >> 22);
  }

  const int cpu_;
  Initiator& initiator_;
  uint32_t random_;
  Time stolenNs_ = 0;
  bool isStarted_ = false, isWalking_ = false, isPending_ = false, isHandling_ = false;
};

/// CPU 0.
struct Initiator : sc_core::sc_module {
  std::vector<std::unique_ptr<Walker>> walkers;
  int64_t rounds = 0, latencyNs = 0;

  SC_HAS_PROCESS(Initiator);
  Initiator(sc_core::sc_module_name name, int cpus) : sc_module(name) {
    for (int cpu = 1; cpu < cpus; cpu++) {
      const std::string title = "cpu" + std::to_string(cpu);
      walkers.push_back(std::make_unique<Walker>(title.c_str(), cpu, *this));
    }
    SC_METHOD(step);
  }

  void acknowledge(int cpu) {
    lastAck_ = std::max(lastAck_, now() + travelNs(cpu));
    if (++acknowledged_ == static_cast<int>(walkers.size())) allSeen_.notify(ns(lastAck_ - now()));
  }

 private:
  enum class Next { kWork, kSend, kSeeAll };

  void step() {
    switch (next_) {
      case Next::kSeeAll:
        rounds++;
        latencyNs += now() - sentAt_;
        [[fallthrough]];
      case Next::kWork:
        next_ = Next::kSend;
        next_trigger(ns(kWorkNs));
        return;
      case Next::kSend:
        next_ = Next::kSeeAll;
        send();
        next_trigger(allSeen_);
    }
  }

  void send() {
    sentAt_ = now();
    acknowledged_ = 0;
    for (int cpu = 1; cpu <= static_cast<int>(walkers.size()); cpu++) {
      walkers[cpu - 1]->irq.notify(ns(kClusterNs * (cpu >> 4) + travelNs(cpu) + kSeenNs));
    }
  }

  sc_core::sc_event allSeen_;
  Next next_ = Next::kWork;
  Time sentAt_ = 0, lastAck_ = 0;
  int acknowledged_ = 0;
};

void Walker::interrupt() {
  if (isHandling_) {
    isHandling_ = false;
    initiator_.acknowledge(cpu_);
  } else if (isWalking_) {
    isPending_ = true;
  } else {
    stolenNs_ = kHandlerNs;
    handle(kHandlerNs - kSeenNs);
  }
}

static int64_t threadCpuNs() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1'000'000'000ll * time.tv_sec + time.tv_nsec;
}

int sc_main(int count, char** arguments) {
  if (count != 3) return fprintf(stderr, "usage: walkers.systemc CPUS UNTIL_NS\n"), 2;
  sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
  Initiator initiator("cpu0", atoi(arguments[1]));
  const int64_t start = threadCpuNs();
  sc_core::sc_start(ns(atoll(arguments[2])));
  const int64_t spent = threadCpuNs() - start;
  int64_t delayed = 0, walks = 0;
  for (const auto& walker : initiator.walkers) {
    delayed += walker->delayed;
    walks += walker->walks;
  }
  printf("{\"rounds\":%ld,\"latencyNs\":%ld,\"delayed\":%ld,\"walks\":%ld,\"ns\":%ld}\n",
         initiator.rounds, initiator.latencyNs, delayed, walks, spent);
  return 0;
}
