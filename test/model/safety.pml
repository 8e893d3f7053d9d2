/* Lease protocol, one family: two Nodes never carry overlapping leases, two daemons never use overlapping blocks.
 *
 * Blocks are 1, 2, and 3, which covers both: block sizes are mixed. The pick is free, as it is made from a cache that
 * may be as old as it likes. Every daemon may crash and start again at every point where it waits for something.
 *
 * Each BROKEN_… switch takes one rule away, and each must be found:
 *   BROKEN_PRIORITY         the lower name wins, not the earlier claim
 *   BROKEN_UNGUARDED_CLAIM  the claim's PATCH has no resourceVersion
 *   BROKEN_UNGUARDED_LEASE  the lease's PATCH has no resourceVersion
 *   BROKEN_EARLY_USE        a won block is used before the guarded PATCH of the lease went through
 *   BROKEN_STALE_JUDGE      judged on a list from a cache that still shows the empty cluster
 *   BROKEN_LEASES_ONLY      claims of others do not count, only leases */
#include "store.pml"

/* What the daemon takes for an obstacle when its claim comes back in the watch. By the rules that was settled by the
 * log at the moment the claim was applied, and is remembered in `overlap`. */
#if defined(BROKEN_PRIORITY)
#define LOST(i, block) ((OTHERS(i, lease) | BELOW(i, claim)) & block)
#elif defined(BROKEN_STALE_JUDGE)
#define LOST(i, block) false
#elif defined(BROKEN_LEASES_ONLY)
#define LOST(i, block) (OTHERS(i, lease) & block)
#else
#define LOST(i, block) overlap
#endif

#ifdef BROKEN_STALE_JUDGE
#define LOST_IN_LIST(i, block) false
#else
#define LOST_IN_LIST(i, block) BUSY(i, block)
#endif

#ifdef BROKEN_UNGUARDED_LEASE
#define MAY_LEASE(i) exists[i]
#else
#define MAY_LEASE(i) (exists[i] && fresh[i])
#endif

proctype Daemon(byte i) {
  byte block, tries;
  bool overlap;
  byte own_uid;

start: /* a new process, or a read of the own Node after something went wrong; waits while there is no Node */
  atomic {
    exists[i];
    block = 0; overlap = false; used[i] = 0; used_uid[i] = 0;
    own_uid = uid[i]; fresh[i] = true;
    if
    :: lease[i] != 0 -> use(i, lease[i], own_uid); goto held
    :: lease[i] == 0 && claim[i] != 0 -> block = claim[i]; goto judge_list
    :: lease[i] == 0 -> goto pick /* a claim that stands may also be replaced */
    fi
  }

judge_list: /* the claim's place in the log is not known: whoever else is in the list counts as earlier */
  atomic {
    if
    :: !exists[i] || claim[i] != block -> goto start
    :: else -> own_uid = uid[i]; fresh[i] = true
    fi;
    if
    :: LOST_IN_LIST(i, block) -> goto pick
    :: else -> goto confirm
    fi
  }

pick:
  atomic {
    if
    :: tries == TRIES -> block = 0; goto done
    :: else -> tries++
    fi;
    if :: block = 1 :: block = 2 :: block = 3 fi
  }

  /* PATCH: the claim */
  if
  :: atomic {
       if
       :: MAY_CLAIM(i, fresh[i]) -> write_claim(i, block); fresh[i] = true; overlap = (BUSY(i, block) != 0)
       :: else -> goto start /* 409 or 404 */
       fi }
  :: atomic { time_out(i, block); goto start }
  fi;

  /* The claim comes back in the watch, however late, or the daemon dies before it does. */
  if
  :: atomic {
       if
       :: LOST(i, block) -> goto start
       :: else -> overlap = false
       fi }
  :: goto start
  fi;
#ifdef BROKEN_EARLY_USE
  atomic { use(i, block, uid[i]) };
#endif

  atomic { /* the own Node's present version: does the claim still stand? */
    if
    :: !exists[i] || claim[i] != block || uid[i] != own_uid -> goto start
    :: else -> fresh[i] = true
    fi
  };

confirm: /* PATCH: the claim becomes the lease */
  atomic {
    if
    :: MAY_LEASE(i) -> write_lease(i, block); use(i, block, own_uid)
    :: else -> goto start
    fi
  };

held:
  if
  :: goto start
  :: goto done
  fi;
done: skip
}
