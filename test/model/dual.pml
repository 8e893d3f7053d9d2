/* Lease protocol, two families: one claim carries a block of each, and may win one and lose the other.
 *
 * Bits 0 and 1 are the IPv4 blocks, bits 2 and 3 the IPv6 blocks, so one mask is a claim of both and an overlap in
 * either family is an overlap of the masks. A block that was won stays in every further claim, is not judged again
 * (a later loser's claim may be standing by then), and only the other family is picked anew. The lease is written
 * when both are won.
 *
 * Both BROKEN_… switches must be found:
 *   BROKEN_GAP       the won block is left out of the next claim and comes back in the lease; before that the
 *                    daemon only looks whether a claim of its own stands
 *   BROKEN_REMEMBER  a win outlives the claim: it is kept although somebody removed the claim in between */
#include "store.pml"

#define V4 3
#define V6 12
#define FAMILIES_OF(blocks) (((blocks & V4) -> V4 : 0) | ((blocks & V6) -> V6 : 0))

#ifdef BROKEN_GAP
#define CLAIMED (wanted & ~won)
#else
#define CLAIMED wanted
#endif

#if defined(BROKEN_REMEMBER)
#define CARRIES(i, blocks) true
#elif defined(BROKEN_GAP)
#define CARRIES(i, blocks) (blocks == 0 || claim[i] != 0)
#else
#define CARRIES(i, blocks) ((claim[i] & blocks) == blocks)
#endif

proctype Daemon(byte i) {
  byte wanted; /* a block of each family */
  byte won;    /* those of `wanted` that were won */
  byte overlap, tries;
  byte own_uid;

start: /* a new process knows of no wins */
  atomic {
    exists[i];
    wanted = 0; won = 0; overlap = 0; used[i] = 0; used_uid[i] = 0;
    own_uid = uid[i]; fresh[i] = true;
    if
    :: lease[i] != 0 -> use(i, lease[i], own_uid); goto held
    :: lease[i] == 0 && claim[i] != 0 -> wanted = claim[i]; goto judge_list
    :: lease[i] == 0 -> goto pick
    fi
  }

judge_list: /* what is won already is not judged again here either */
  atomic {
    if
    :: !exists[i] || uid[i] != own_uid || claim[i] != CLAIMED -> goto start
    :: else -> fresh[i] = true; overlap = BUSY(i, wanted & ~won); goto count
    fi
  }

pick:
  atomic {
    if
    :: tries == TRIES -> wanted = 0; won = 0; goto done
    :: else -> tries++; wanted = won
    fi;
    if
    :: wanted & V4 -> skip
    :: else -> if :: wanted = wanted | 1 :: wanted = wanted | 2 fi
    fi;
    if
    :: wanted & V6 -> skip
    :: else -> if :: wanted = wanted | 4 :: wanted = wanted | 8 fi
    fi
  }

  /* PATCH: the claim of both. After a time-out the daemon goes on with its wins, or it crashed. */
  if
  :: atomic {
       if
       :: MAY_CLAIM(i, fresh[i]) ->
            write_claim(i, CLAIMED); fresh[i] = true; overlap = BUSY(i, wanted & ~won)
       :: else -> goto follow
       fi }
  :: atomic { time_out(i, CLAIMED); if :: goto follow :: goto start fi }
  fi;

  /* The claim comes back in the watch. */
  if
  :: goto count
  :: goto start
  fi;

count: /* a family without an overlap is won */
  atomic { won = won | (wanted & ~FAMILIES_OF(overlap)); overlap = 0 };

follow: /* the own Node's present version: wins hold only as long as the own claim carries them */
  atomic {
    if
    :: !exists[i] || uid[i] != own_uid || !CARRIES(i, won) -> goto start
    :: else -> fresh[i] = true
    fi;
    if
    :: won == wanted -> goto confirm
    :: won != wanted && claim[i] == CLAIMED -> goto judge_list /* a PATCH that seemed lost has arrived */
    :: won != wanted -> goto pick
    fi
  }

confirm:
  atomic {
    if
    :: exists[i] && fresh[i] -> write_lease(i, wanted); use(i, wanted, own_uid)
    :: else -> goto follow
    fi
  };

held:
  if
  :: goto start
  :: goto done
  fi;
done: skip
}
