const PEOPLE = [0, 1, 2, 3, 4, 5].map((index) => {
  const angle = (index / 6) * 2 * Math.PI - Math.PI / 2 + 0.16;
  return { x: 200 + 140 * Math.cos(angle), y: 200 + 140 * Math.sin(angle) };
});

const LINES = PEOPLE.flatMap((from, index) => PEOPLE.slice(index + 1).map((to) => ({ from, to })));

/** Six people, each linked with each: what a room is. */
export function MeshPicture() {
  return (
    <svg className="mesh" viewBox="0 0 400 400" aria-hidden="true">
      {LINES.map(({ from, to }, index) => (
        <g key={index}>
          <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} className="mesh-line" />
          <line
            x1={from.x}
            y1={from.y}
            x2={to.x}
            y2={to.y}
            className="mesh-word"
            pathLength={100}
            style={{ animationDelay: `${((index * 7) % 15) * -0.9}s` }}
          />
        </g>
      ))}
      {PEOPLE.map(({ x, y }, index) => (
        <g key={index}>
          <circle cx={x} cy={y} r={index === 0 ? 27 : 22} className={`mesh-person colour-${index}`} />
        </g>
      ))}
    </svg>
  );
}
