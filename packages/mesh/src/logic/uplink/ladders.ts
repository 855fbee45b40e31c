import type { VideoDemand } from './demand.js';
import { ladderOf, type Ladder } from './ladder.js';
import type { PlanLimits } from './limits.js';

/** Sources that are told apart for one height: a participant publishes a camera and a screen, seldom more. */
const MAX_KEPT = 16;

interface Kept {
  readonly demand: VideoDemand;
  readonly ladder: Ladder;
}

/** Ladders of one plan, each made once: most subscribers are sent the same source in one of a few sizes. */
export class Ladders {
  readonly #limits: PlanLimits;
  readonly #byHeight = new Map<number | undefined, Kept[]>();

  constructor(limits: PlanLimits) {
    this.#limits = limits;
  }

  /** The ladder of a demand. */
  of(demand: VideoDemand): Ladder {
    let kept = this.#byHeight.get(demand.maxHeight);
    if (!kept) this.#byHeight.set(demand.maxHeight, (kept = []));
    for (const one of kept) if (isAlike(one.demand, demand)) return one.ladder;
    const ladder = ladderOf(demand, this.#limits);
    if (kept.length < MAX_KEPT) kept.push({ demand, ladder });
    return ladder;
  }
}

function isAlike(one: VideoDemand, other: VideoDemand): boolean {
  return (
    one === other ||
    (one.width === other.width &&
      one.height === other.height &&
      one.framerate === other.framerate &&
      one.maxFramerate === other.maxFramerate)
  );
}
