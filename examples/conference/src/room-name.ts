const FIRST =
  'amber brave bright calm clear cobalt coral cosy crisp dawn deep early easy fair fern first fresh gentle glad golden good grand green happy hazel honest jolly keen kind late light lively lucky mellow merry mild neat noble north olive open pearl plain proud quick quiet rapid round ruby sage silver sleek smooth snowy soft south steady still sunny swift true violet warm west wise';
const SECOND =
  'badger beaver bison bobcat condor coyote crane cricket curlew dolphin eagle falcon ferret finch fox gecko gibbon hare hawk heron ibex ibis jackal jay kestrel kiwi koala lark lemur linnet lion lizard llama lynx magpie marmot marten moose newt ocelot osprey otter owl panda pelican petrel pigeon plover puffin quail rabbit raven robin salmon seal sparrow stork swan tapir tiger toucan turtle walrus wombat wren';
const THIRD =
  'anchor arch attic basket beacon bell bench bridge brook cabin candle canyon castle cedar chapel cliff cottage cove delta dune field fjord forest garden gate glade grove harbour hearth hill island lagoon lake lantern ledge library market meadow mill moor orchard park path pier plaza pond port prairie quarry quay reef ridge river shore spring station summit terrace tower trail valley village vineyard well wharf wood';

/** A name for a new room that can be read out on the phone: one of about 250 million. */
export function newRoomName(): string {
  const random = crypto.getRandomValues(new Uint32Array(4));
  const words = [FIRST, SECOND, THIRD].map((list, index) => {
    const choices = list.split(' ');
    return choices[(random[index] ?? 0) % choices.length];
  });
  return [...words, 100 + ((random[3] ?? 0) % 900)].join('-');
}
