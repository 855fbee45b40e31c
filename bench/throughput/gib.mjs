// @ts-check
import { hold, rounded } from '../support/report.mjs';
import { linked, timeFile } from './turn.mjs';

const GIB = 1024 ** 3;
const MAX_HEAP_GROWTH_BYTES = 32_000_000;

/**
 * One file of 1 GiB by `sendFile`; the receiver hashes what its sink is given, which is part of the time.
 *
 * @param {import('./turn.mjs').Pair} pair
 * @param {Record<string, string>} urls
 */
export async function measureGib(pair, urls) {
  await pair.sender.call('prepareFile', GIB);
  const sentHash = await pair.sender.call('hashFile');
  const { mbps, hash, growthBytes, peakGrowthBytes } = await linked(pair, 'conclave', urls, () =>
    timeFile(pair, GIB, 'hashing'),
  );
  const figures = {
    gibMbps: rounded(mbps),
    gibHeapGrowthBytes: Math.round(growthBytes),
    gibHeapPeakGrowthBytes: Math.round(peakGrowthBytes),
    gibHashEqual: Number(hash === sentHash),
  };
  const rows = [
    hold('C16 1 GiB, SHA-256 equal at both ends', '>=', 1, figures.gibHashEqual),
    hold('heap growth over 1 GiB, bytes', '<', MAX_HEAP_GROWTH_BYTES, figures.gibHeapGrowthBytes),
  ];
  return { figures, rows };
}
