import { planChanges } from '../../../src/logic/uplink/changes.js';
import { planUplink } from '../../../src/logic/uplink/plan.js';
import { CAMERA, subscribers } from './demands.js';

const plan = (capacityBps: number, count = 1, cpuVideoScale = 1) =>
  planUplink({ capacityBps, subscribers: subscribers(count), limits: { cpuVideoScale } });

describe('what happened between two plans', () => {
  it('[E1] is told in words that a user interface can show', () => {
    const [rich, thin, none] = [plan(5_000_000), plan(350_000), plan(100_000)];
    const words = [
      planChanges(rich, thin),
      planChanges(thin, none),
      planChanges(none, thin),
      planChanges(thin, rich),
      planChanges(rich, plan(5_000_000, 1, 0.3)),
    ].map(([one]) => `${one?.change} ${one?.state} ${one?.why}: ${one?.words}`);
    expect(words).toEqual([
      'degraded reduced uplink: The picture is smaller: your upload is too slow for more.',
      'degraded paused uplink: No picture is sent: your upload is too slow for more.',
      'restored reduced uplink: The picture is sent again.',
      'restored full uplink: The picture is larger again.',
      'degraded reduced cpu: The picture is smaller: this device is too busy for more.',
    ]);
  });

  it('[E1] is nothing for less than a whole step, or for who comes with a picture, or goes', () => {
    expect(planChanges(plan(20_000_000), plan(19_000_000))).toEqual([]);
    expect(planChanges(plan(20_000_000, 1), plan(20_000_000, 2))).toEqual([]);
    expect(planChanges(plan(20_000_000, 2), plan(20_000_000, 1))).toEqual([]);
  });

  it('[E1] names who comes and gets no picture', () => {
    const [change, ...others] = planChanges(plan(100_000, 0), plan(100_000, 1));
    expect([change?.farId, change?.state, others]).toEqual(['peer 0', 'paused', []]);
  });

  it('[E1] tells of fewer frames and of what was asked for', () => {
    const smooth = plan(20_000_000);
    const asked = subscribers(1, [{ ...CAMERA, maxFramerate: 10 }]);
    const after = planUplink({ capacityBps: 20_000_000, subscribers: asked });
    expect(planChanges(smooth, after)[0]?.words).toBe(
      'The picture moves less smoothly: no more was asked for.',
    );
    expect(planChanges(after, smooth)[0]?.words).toBe('The picture moves more smoothly again.');
  });
});
