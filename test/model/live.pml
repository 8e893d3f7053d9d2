/* Lease protocol, liveness: with at least as many blocks as daemons everybody gets a lease, if nobody stays dead.
 *
 * The first claim in the log sees nobody and wins without waiting for anybody. BROKEN_WITHDRAW is the obvious rule
 * instead: list after claiming, and withdraw when anybody else is there. Two daemons can then withdraw for ever. */
#ifndef NODES
#define NODES 2
#endif
#ifndef BLOCKS
#define BLOCKS NODES
#endif
#define FAULTS 2
#define ALL_BLOCKS ((1 << BLOCKS) - 1)

byte claim[NODES];
byte lease[NODES];
bool fresh[NODES]; /* the daemon's copy of its Node has the present resourceVersion */
byte faults;

#if NODES == 2
#define OTHERS(i, entry) entry[1 - i]
#define ALL_LEASED (lease[0] && lease[1])
#define CLASH (lease[0] & lease[1])
#else
#define OTHERS(i, entry) ((i == 0 -> 0 : entry[0]) | (i == 1 -> 0 : entry[1]) | (i == 2 -> 0 : entry[2]))
#define ALL_LEASED (lease[0] && lease[1] && lease[2])
#define CLASH ((lease[0] & lease[1]) || (lease[0] & lease[2]) || (lease[1] & lease[2]))
#endif
#define BUSY(i) (OTHERS(i, claim) | OTHERS(i, lease))

proctype Daemon(byte i) {
  byte seen, block;
  bool lost;

again:
  atomic { seen = BUSY(i); fresh[i] = true; block = 0; lost = false };
  if
  :: seen == ALL_BLOCKS -> /* the own claim is given up before waiting: two waiters must not block each other */
       atomic { claim[i] = 0; seen = 0 };
       atomic { BUSY(i) != ALL_BLOCKS; goto again }
  :: else
  fi;
  if
  :: !(seen & 1) -> block = 1
  :: !(seen & 2) -> block = 2
#if BLOCKS > 2
  :: !(seen & 4) -> block = 4
#endif
  fi;
  seen = 0;

  atomic { /* PATCH: the claim; the log decides at this moment */
    if
    :: fresh[i] -> lost = ((BUSY(i) & block) != 0); claim[i] = block
    :: else -> goto again
    fi
  };
#ifdef BROKEN_WITHDRAW
  lost = ((BUSY(i) & block) != 0);
  if
  :: lost -> atomic { claim[i] = 0; goto again }
  :: else
  fi;
#else
  if
  :: lost -> goto again /* the next claim replaces this one */
  :: else
  fi;
#endif
  atomic { lease[i] = block; claim[i] = 0; block = 0; assert(!CLASH) }
}

proctype Kubelets() {
  byte i;
  do
  :: atomic { faults < FAULTS -> faults++; select(i : 0 .. NODES - 1); fresh[i] = false; i = 0 }
  :: break
  od
}

init {
  byte i;
  atomic {
    for (i : 0 .. NODES - 1) { run Daemon(i) }
    run Kubelets()
  }
}

ltl everybody_leased { <> ALL_LEASED }
