import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { useReadable } from '@conclave/react-bindings';

import { PARTS, sumOf } from './division';
import { prefersDark } from './prefers-dark';
import { SHOWN_MS, type Moment } from './recording';
import { rateWords } from './uplink-words';

const HEIGHT_PX = 150;
/** An upload that carries more than this many times what is sent is no limit: its line would press the rest to the ground. */
const FAR_ABOVE = 4;

/** What was sent over the last two minutes, as areas that lie on each other, below the line of what the upload carries. */
export function UplinkPlot({ past }: { readonly past: readonly Moment[] }) {
  const host = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<uPlot>();
  const isDark = useReadable(prefersDark);
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const made = new uPlot(optionsFor(element), [[], [], [], [], [], []], element);
    setPlot(made);
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [isDark]);
  useEffect(() => {
    plot?.setData(dataOf(past));
  }, [plot, past]);
  return (
    <figure className="upload-part">
      <figcaption>
        The last two minutes{ceilingOf(past) !== undefined && '; the dashed line is what your upload carries'}
      </figcaption>
      <div className="uplink-plot" ref={host} data-testid="upload-plot" data-moments={past.length} />
    </figure>
  );
}

/** What the upload carries now, where that is near enough to what is sent to be drawn. */
function ceilingOf(past: readonly Moment[]): number | undefined {
  const peakBps = Math.max(0, ...past.map(({ total }) => sumOf(total)));
  const capacityBps = past.at(-1)?.capacityBps;
  return capacityBps !== undefined && capacityBps <= FAR_ABOVE * peakBps ? capacityBps : undefined;
}

/** Seconds before now; then the sums of the parts, all of them first, so that each is drawn over the one before. */
function dataOf(past: readonly Moment[]): uPlot.AlignedData {
  const endMs = past.at(-1)?.atMs ?? 0;
  const sums = PARTS.map((_, index) =>
    past.map(({ total }) => PARTS.slice(0, index + 1).reduce((sum, part) => sum + total[part], 0)),
  );
  const isDrawn = ceilingOf(past) !== undefined;
  const capacity = past.map(({ capacityBps }) => (isDrawn ? (capacityBps ?? null) : null));
  return [past.map(({ atMs }) => (atMs - endMs) / 1000), ...sums.reverse(), capacity] as uPlot.AlignedData;
}

function optionsFor(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [ink, line] = [colour('ink-soft'), colour('line')];
  const axis = {
    stroke: ink,
    font: `12px ${style.fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  const areas = [...PARTS]
    .reverse()
    .map((part) => ({ fill: colour(`part-${part}`), width: 0, points: { show: false } }));
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-SHOWN_MS / 1000, 0] },
      y: { range: (_, __, top) => [0, Math.max(top * 1.1, 100_000)] },
    },
    axes: [
      { ...axis, size: 26, splits: () => [-120, -60, 0], values: (_, at) => at.map(agoWords) },
      { ...axis, size: 72, space: 34, values: (_, at) => at.map((bps) => (bps > 0 ? rateWords(bps) : '0')) },
    ],
    series: [
      {},
      ...areas,
      { stroke: colour('ink'), width: 2, dash: [6, 4], spanGaps: false, points: { show: false } },
    ],
  };
}

function agoWords(seconds: number): string {
  return seconds === 0 ? 'now' : `${-seconds / 60} min ago`;
}
