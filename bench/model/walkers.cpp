// The model of parameters.mjs in C++, on two queues: a timing wheel written by hand, with one
// bucket a tick as lib/base/wheel.ts has, and std::priority_queue.
//
//   walkers wheel|heap CPUS UNTIL_NS
//
// Prints one line of JSON: what happened, and the CPU time of the run, ns.
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <queue>
#include <vector>

using Time = int64_t;

struct Event {
  Time time;
  uint32_t number;
  uint32_t payload;
};

struct Later {
  bool operator()(const Event& left, const Event& right) const {
    return left.time > right.time || (left.time == right.time && left.number > right.number);
  }
};

/// Events by time, then by number.
class Heap {
 public:
  Time now = 0;

  explicit Heap(int) {}

  void after(Time delay, uint32_t payload) { heap_.push({now + delay, pushed_++, payload}); }

  uint32_t pop() {
    const Event first = heap_.top();
    heap_.pop();
    now = first.time;
    return first.payload;
  }

 private:
  std::priority_queue<Event, std::vector<Event>, Later> heap_;
  uint32_t pushed_ = 0;
};

/// One bucket a tick, two levels of bitmap and a word above them; events past the window wait in a
/// heap. `last_[b]` is the last event of bucket b or -1; `next_` of the last event is the first.
class Wheel {
 public:
  Time now = 0;

  explicit Wheel(int capacity)
      : last_(kBuckets, -1), next_(capacity), payload_(capacity), words_(kBuckets / 64),
        groups_(kBuckets / 4096) {
    for (int event = 0; event < capacity; event++) next_[event] = event + 1;
  }

  void after(Time delay, uint32_t payload) {
    if (delay < kBuckets) append((now + delay) & kMask, payload);
    else far_.push({now + delay, farPushed_++, payload});
  }

  uint32_t pop() {
    int bucket = nextBucket();
    if (bucket < 0) {
      now = far_.top().time;
      bucket = now & kMask;
    } else {
      now += (bucket - now) & kMask;
    }
    while (!far_.empty() && far_.top().time - now < kBuckets) {
      append(far_.top().time & kMask, far_.top().payload);
      far_.pop();
    }
    return removeFirst(bucket);
  }

 private:
  static constexpr int kBuckets = 1 << 15;
  static constexpr Time kMask = kBuckets - 1;

  void append(int bucket, uint32_t payload) {
    const int event = unused_;
    unused_ = next_[event];
    payload_[event] = payload;
    const int last = last_[bucket];
    last_[bucket] = event;
    if (last >= 0) {
      next_[event] = next_[last];
      next_[last] = event;
      return;
    }
    next_[event] = event;
    words_[bucket >> 6] |= 1ull << (bucket & 63);
    groups_[bucket >> 12] |= 1ull << ((bucket >> 6) & 63);
    summary_ |= 1ull << (bucket >> 12);
  }

  uint32_t removeFirst(int bucket) {
    const int last = last_[bucket];
    const int first = next_[last];
    if (first != last) {
      next_[last] = next_[first];
    } else {
      last_[bucket] = -1;
      if (!(words_[bucket >> 6] &= ~(1ull << (bucket & 63)))) {
        if (!(groups_[bucket >> 12] &= ~(1ull << ((bucket >> 6) & 63)))) {
          summary_ &= ~(1ull << (bucket >> 12));
        }
      }
    }
    next_[first] = unused_;
    unused_ = first;
    return payload_[first];
  }

  /// First bucket with an event from now on, around the ring; -1 when there is none.
  int nextBucket() const {
    const int cursor = now & kMask;
    int word = cursor >> 6;
    uint64_t bits = words_[word] & (~0ull << (cursor & 63));
    if (!bits) {
      int group = word >> 6;
      bits = groups_[group] & above(word & 63);
      if (!bits) {
        uint64_t groups = summary_ & above(group);
        if (!groups) groups = summary_;
        if (!groups) return -1;
        group = __builtin_ctzll(groups);
        bits = groups_[group];
      }
      word = (group << 6) + __builtin_ctzll(bits);
      bits = words_[word];
    }
    return (word << 6) + __builtin_ctzll(bits);
  }

  static uint64_t above(int bit) { return bit == 63 ? 0 : ~0ull << (bit + 1); }

  std::vector<int> last_, next_;
  std::vector<uint32_t> payload_;
  std::vector<uint64_t> words_, groups_;
  uint64_t summary_ = 0;
  int unused_ = 0;
  std::priority_queue<Event, std::vector<Event>, Later> far_;
  uint32_t farPushed_ = 0;
};

struct Outcome {
  int64_t events = 0, rounds = 0, latencyNs = 0, delayed = 0, walks = 0;
};

enum Kind { kGapEnds, kWalkEnds, kInterrupt, kHandled, kSend, kAllSeen };
constexpr int kKindShift = 13;
constexpr uint32_t kCpuMask = (1 << kKindShift) - 1;
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

/// An even number of ns from `shortest` on, one of at most 1024 `values`.
static Time draw(uint32_t& random, Time shortest, uint32_t values) {
  uint32_t x = random;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  random = x;
  return shortest + 2 * static_cast<Time>(((x >> 10) * values) >> 22);
}

template <class Queue>
Outcome runWalkers(Queue& queue, int cpus, Time untilNs) {
  std::vector<uint32_t> random(cpus);
  std::vector<int> travel(cpus), stolenNs(cpus);
  std::vector<uint8_t> isWalking(cpus), isPending(cpus);
  for (int cpu = 0; cpu < cpus; cpu++) {
    random[cpu] = seedOf(cpu);
    travel[cpu] = 600 + 250 * __builtin_popcount(cpu >> 6);
  }
  Outcome outcome;
  Time sentAt = 0, lastAck = 0;
  int acknowledged = 0;
  for (int cpu = 1; cpu < cpus; cpu++) {
    queue.after(draw(random[cpu], 0, kGapValues), kGapEnds << kKindShift | cpu);
  }
  queue.after(kWorkNs, kSend << kKindShift);
  for (;;) {
    const uint32_t event = queue.pop();
    const Time now = queue.now;
    if (now > untilNs) return outcome;
    outcome.events++;
    const int cpu = event & kCpuMask;
    switch (event >> kKindShift) {
      case kGapEnds:
        if (stolenNs[cpu] > 0) {
          queue.after(stolenNs[cpu], event);
          stolenNs[cpu] = 0;
        } else {
          isWalking[cpu] = 1;
          queue.after(draw(random[cpu], kWalkNs, kWalkValues), kWalkEnds << kKindShift | cpu);
        }
        break;
      case kWalkEnds: {
        isWalking[cpu] = 0;
        outcome.walks++;
        Time gap = draw(random[cpu], kGapNs, kGapValues);
        if (isPending[cpu]) {
          isPending[cpu] = 0;
          outcome.delayed++;
          queue.after(kHandlerNs, kHandled << kKindShift | cpu);
          gap += kHandlerNs;
        }
        queue.after(gap, kGapEnds << kKindShift | cpu);
        break;
      }
      case kInterrupt:
        if (isWalking[cpu]) {
          isPending[cpu] = 1;
        } else {
          stolenNs[cpu] = kHandlerNs;
          queue.after(kHandlerNs - kSeenNs, kHandled << kKindShift | cpu);
        }
        break;
      case kHandled:
        lastAck = std::max(lastAck, now + travel[cpu]);
        if (++acknowledged == cpus - 1) queue.after(lastAck - now, kAllSeen << kKindShift);
        break;
      case kSend:
        sentAt = now;
        acknowledged = 0;
        for (int to = 1; to < cpus; to++) {
          const Time arrives = kClusterNs * (to >> 4) + travel[to] + kSeenNs;
          queue.after(arrives, kInterrupt << kKindShift | to);
        }
        break;
      case kAllSeen:
        outcome.rounds++;
        outcome.latencyNs += now - sentAt;
        queue.after(kWorkNs, kSend << kKindShift);
        break;
    }
  }
}

static int64_t threadCpuNs() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1'000'000'000ll * time.tv_sec + time.tv_nsec;
}

template <class Queue>
void measure(int cpus, Time untilNs) {
  Queue warm(4 * cpus + 64), queue(4 * cpus + 64);
  runWalkers(warm, cpus, untilNs / 10);
  const int64_t start = threadCpuNs();
  const Outcome o = runWalkers(queue, cpus, untilNs);
  const int64_t ns = threadCpuNs() - start;
  printf("{\"events\":%ld,\"rounds\":%ld,\"latencyNs\":%ld,\"delayed\":%ld,\"walks\":%ld,\"ns\":%ld}\n",
         o.events, o.rounds, o.latencyNs, o.delayed, o.walks, ns);
}

int main(int count, char** arguments) {
  if (count != 4) return fprintf(stderr, "usage: walkers wheel|heap CPUS UNTIL_NS\n"), 2;
  const int cpus = atoi(arguments[2]);
  const Time untilNs = atoll(arguments[3]);
  if (strcmp(arguments[1], "wheel") == 0) measure<Wheel>(cpus, untilNs);
  else measure<Heap>(cpus, untilNs);
}
