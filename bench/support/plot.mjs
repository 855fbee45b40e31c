// @ts-check
import { writeFileSync } from 'node:fs';

/** A plot that is committed has to be small. */
const MOST_BYTES = 60_000;
const [PANEL_WIDTH, RATE_HEIGHT, QUEUE_HEIGHT] = [420, 190, 110];
const [LEFT, TOP, GAP_X, GAP_Y, BOTTOM, RIGHT] = [64, 78, 66, 42, 46, 18];
/** Stacked from below, with their colours: far apart also for those who see few. */
const STACK = /** @type {const} */ ([
  ['audio', 'audio', '#0072b2'],
  ['video', 'video', '#56b4e9'],
  ['data', 'messages and files', '#e69f00'],
  ['rtcp', 'control', '#999999'],
]);
const INK = '#333333';
const LINE = '#d5d5d5';
const QUEUE = '#0072b2';

/** @typedef {import('./counted.mjs').Interval} Interval */
/** @typedef {{ title: string, intervals: readonly Interval[] }} Panel */
/** @typedef {{ title: string, rateBps: number, panels: readonly Panel[] }} Plot */

/**
 * Writes what a shaper counted, each contender in a column: what passed, class upon class, and how long audio had to wait.
 *
 * @param {URL} file
 * @param {Plot} plot
 */
export function savePlot(file, plot) {
  const svg = drawPlot(plot);
  if (svg.length > MOST_BYTES) console.log(`a plot of ${svg.length} bytes is too large, and not written`);
  else writeFileSync(file, svg);
}

/** @param {Plot} plot */
function drawPlot({ title, rateBps, panels }) {
  const width = LEFT + panels.length * PANEL_WIDTH + (panels.length - 1) * GAP_X + RIGHT;
  const height = TOP + RATE_HEIGHT + GAP_Y + QUEUE_HEIGHT + BOTTOM;
  const seconds = Math.max(...panels.map(({ intervals }) => lengthOf(intervals)));
  const mostKbps = nice((rateBps / 1000) * 1.15);
  const mostMs = nice(
    Math.max(50, ...panels.flatMap(({ intervals }) => intervals.map(({ classes }) => classes.audio.queueMs))),
  );
  const columns = panels.map((panel, index) => {
    const x = LEFT + index * (PANEL_WIDTH + GAP_X);
    return [
      text(x + PANEL_WIDTH / 2, TOP - 12, panel.title, 'middle', 'font-weight="bold"'),
      drawRates(panel.intervals, { x, y: TOP, seconds, most: mostKbps, rateKbps: rateBps / 1000 }),
      drawQueue(panel.intervals, { x, y: TOP + RATE_HEIGHT + GAP_Y, seconds, most: mostMs }),
      text(x + PANEL_WIDTH / 2, height - 10, 'seconds since the call began', 'middle'),
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` font-family="system-ui, sans-serif" font-size="12" fill="${INK}" role="img"><title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(LEFT, 22, title, 'start', 'font-size="15" font-weight="bold"'),
    drawLegend(LEFT, 42),
    ...columns,
    '</svg>\n',
  ].join('');
}

/**
 * @param {number} x
 * @param {number} y
 */
function drawLegend(x, y) {
  let at = x;
  return STACK.map(([, label, colour]) => {
    const entry = `<rect x="${at}" y="${y - 9}" width="11" height="11" fill="${colour}"/>${text(at + 16, y, label)}`;
    at += 40 + label.length * 6.5;
    return entry;
  }).join('');
}

/** @typedef {{ x: number, y: number, seconds: number, most: number }} Frame */

/**
 * @param {readonly Interval[]} intervals
 * @param {Frame & { rateKbps: number }} frame
 */
function drawRates(intervals, frame) {
  const { x, y, seconds, most, rateKbps } = frame;
  const at = scale(intervals, frame, RATE_HEIGHT);
  // Each class is drawn down to the axis, and those below it over it.
  let below = intervals.map(() => 0);
  const areas = STACK.map(([name, , colour]) => {
    below = below.map((kbps, index) => kbps + (intervals[index]?.classes[name].kbps ?? 0));
    const line = below.map((kbps, index) => at(index, kbps)).join('L');
    return `<path fill="${colour}" d="M${at(0, 0)}L${line}L${at(below.length - 1, 0)}Z"/>`;
  }).reverse();
  const capacityY = y + RATE_HEIGHT * (1 - rateKbps / most);
  return [
    axes(x, y, RATE_HEIGHT, seconds, most, 'kbit/s'),
    ...areas,
    `<path d="M${x} ${capacityY}h${PANEL_WIDTH}" stroke="#d55e00" stroke-dasharray="5 3" fill="none"/>`,
    text(x + PANEL_WIDTH - 4, capacityY - 4, 'capacity', 'end', 'fill="#b04a00"'),
  ].join('');
}

/**
 * @param {readonly Interval[]} intervals
 * @param {Frame} frame
 */
function drawQueue(intervals, frame) {
  const { x, y, seconds, most } = frame;
  const at = scale(intervals, frame, QUEUE_HEIGHT);
  const points = intervals.flatMap(({ classes }, index) =>
    classes.audio.packets > 0 ? [at(index, classes.audio.queueMs)] : [],
  );
  return [
    axes(x, y, QUEUE_HEIGHT, seconds, most, 'ms'),
    points.length > 0
      ? `<path fill="none" stroke="${QUEUE}" stroke-width="1.4" d="M${points.join('L')}"/>`
      : '',
    text(x, y - 5, 'how long an audio packet waits in the queue of the uplink'),
  ].join('');
}

/**
 * Where a value of an interval lies.
 *
 * @param {readonly Interval[]} intervals
 * @param {Frame} frame
 * @param {number} height
 */
function scale(intervals, { x, y, seconds, most }, height) {
  const startMs = startOf(intervals);
  return (/** @type {number} */ index, /** @type {number} */ value) => {
    const at = ((intervals[index]?.atMs ?? startMs) - startMs) / 1000 / seconds;
    const share = Math.min(1, value / most);
    return `${(x + PANEL_WIDTH * at).toFixed(1)} ${Math.round(y + height * (1 - share))}`;
  };
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} height
 * @param {number} seconds
 * @param {number} most
 * @param {string} unit
 */
function axes(x, y, height, seconds, most, unit) {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const lineY = y + height * (1 - share);
    return `<path d="M${x} ${lineY}h${PANEL_WIDTH}" stroke="${LINE}"/>${text(x - 6, lineY + 4, `${most * share}`, 'end')}`;
  });
  const times = [];
  for (let second = 0; second <= seconds; second += 10)
    times.push(text(x + (second / seconds) * PANEL_WIDTH, y + height + 15, `${second}`, 'middle'));
  const label = `<text transform="translate(${x - 46} ${y + height / 2}) rotate(-90)" text-anchor="middle">${unit}</text>`;
  return [...marks, ...times, label].join('');
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {'start' | 'middle' | 'end'} anchor
 */
function text(x, y, words, anchor = 'start', more = '') {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" ${more}>${words}</text>`;
}

/** @param {readonly Interval[]} intervals */
const startOf = ([first]) => (first ? first.atMs - first.seconds * 1000 : 0);

/** @param {readonly Interval[]} intervals */
const lengthOf = (intervals) => Math.ceil(((intervals.at(-1)?.atMs ?? 0) - startOf(intervals)) / 1000);

/**
 * The next number above that a scale of four steps can end with.
 *
 * @param {number} value
 */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10];
  return (steps.find((step) => step * power >= value) ?? 10) * power;
}
