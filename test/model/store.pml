/* The API server as the lease protocol sees it, and everything that may go wrong around it.
 *
 * Blocks are bit masks over small pieces of address space, so "overlaps" is "&". A Node that does not exist has no
 * entries. A resourceVersion is only ever compared with the present one, so one bit tells all about it: does the copy
 * still have the present version? Every write to the Node clears that bit, in the daemon's copy (`fresh`) and in a
 * PATCH that is still under way (`late_fresh`). Nonces are left out: a claim with the same blocks counts as the same
 * claim, which gives the adversary more room, not less. */

#ifndef NODES
#define NODES 2
#endif
#ifndef TRIES
#define TRIES 2   /* claims a daemon may make */
#endif
#ifndef FAULTS
#define FAULTS 2  /* what the adversary may do, late PATCHes not counted */
#endif

bool exists[NODES];
byte uid[NODES];          /* counts up when a Node is made again under its old name */
byte claim[NODES];
byte lease[NODES];
bool fresh[NODES];

bool late[NODES];         /* a claim's PATCH timed out; it may be applied at any later time */
bool late_fresh[NODES];
byte late_claim[NODES];

byte used[NODES];         /* what the daemon has programmed, and for which incarnation of its Node */
byte used_uid[NODES];

byte faults;

#if NODES == 2
#define OTHERS(i, entry) entry[1 - i]
#define BELOW(i, entry) (i == 1 -> entry[0] : 0)
#else
#define OTHERS(i, entry) ((i == 0 -> 0 : entry[0]) | (i == 1 -> 0 : entry[1]) | (i == 2 -> 0 : entry[2]))
#define BELOW(i, entry) ((i > 0 -> entry[0] : 0) | (i > 1 -> entry[1] : 0))
#endif
#define BUSY(i, blocks) ((OTHERS(i, claim) | OTHERS(i, lease)) & (blocks))

#define SAME_LEASE(a, b) (lease[a] & lease[b])
#define IN_USE(a) (exists[a] && used_uid[a] == uid[a])
#define SAME_USE(a, b) (IN_USE(a) && IN_USE(b) && (used[a] & used[b]))
#define CLASH(a, b) (SAME_LEASE(a, b) || SAME_USE(a, b))

/* The property. To be checked in the same atomic step as every write to a lease, a use or a Node's existence. */
inline check() {
  assert(!CLASH(0, 1));
#if NODES > 2
  assert(!CLASH(0, 2) && !CLASH(1, 2))
#endif
}

inline touch(i) { fresh[i] = false; late_fresh[i] = false }
inline write_claim(i, blocks) { touch(i); claim[i] = blocks }
inline write_lease(i, blocks) { touch(i); lease[i] = blocks; claim[i] = 0 }
inline use(i, blocks, incarnation) { used[i] = blocks; used_uid[i] = incarnation; check() }

#ifdef BROKEN_UNGUARDED_CLAIM
#define MAY_CLAIM(i, has_present_version) exists[i]
#else
#define MAY_CLAIM(i, has_present_version) (exists[i] && has_present_version)
#endif

/* At most one PATCH of a Node is under way for ever: a second time-out waits for the first to be settled. */
inline time_out(i, blocks) {
  !late[i] -> late[i] = true; late_claim[i] = blocks; late_fresh[i] = fresh[i]
}

inline settle_late(i) {
  late[i] = false;
  if
  :: MAY_CLAIM(i, late_fresh[i]) -> write_claim(i, late_claim[i])
  :: skip /* it never arrived */
  fi;
  late_claim[i] = 0; late_fresh[i] = false
}

proctype Adversary() {
  byte i;
  do
  :: atomic {
       faults < FAULTS -> faults++;
       select(i : 0 .. NODES - 1);
       if
       :: exists[i] -> touch(i)                              /* the kubelet writes its Node's status */
       :: exists[i] && claim[i] != 0 -> write_claim(i, 0)    /* somebody removes the claim by hand */
       :: exists[i] -> write_lease(i, 0); exists[i] = false  /* the Node is deleted */
       :: !exists[i] -> touch(i); exists[i] = true; uid[i]++
       fi;
       check(); i = 0 }
  :: atomic { late[0] -> settle_late(0) }
  :: atomic { late[1] -> settle_late(1) }
#if NODES > 2
  :: atomic { late[2] -> settle_late(2) }
#endif
  od
}

init {
  byte i;
  atomic {
    for (i : 0 .. NODES - 1) { exists[i] = true; run Daemon(i) }
    run Adversary()
  }
}
