// flatgeobuf-js reads the features of a box from the address of a file, in parts.
// A program with an address and four edges; prints ids, statuses and bytes of answers, as JSON.
import { deserialize } from "flatgeobuf/lib/mjs/geojson.js";

console.debug = console.info = () => {};
const print = console.log;
console.log = () => {}; // the library tells what it does
const [address, ...box] = process.argv.slice(2);
const [minX, minY, maxX, maxY] = box.map(Number);
const answers = [];
const plain = globalThis.fetch;
globalThis.fetch = async (...asked) => {
  const answer = await plain(...asked);
  answers.push({ status: answer.status, bytes: Number(answer.headers.get("content-length")) });
  return answer;
};
const ids = [];
for await (const feature of deserialize(address, { rect: { minX, minY, maxX, maxY } })) {
  ids.push(feature.properties.id);
}
print(JSON.stringify({ ids, answers }));
