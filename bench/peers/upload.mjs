// Uploads BYTES to URL at RATE bytes a second (0: as fast as it goes) and prints the status of the answer.
import http from 'node:http';

const [, , , url, size, rate] = process.argv;
const piece = Buffer.alloc(16384, 'x');
const request = http.request(url, { method: 'POST', headers: { 'Content-Length': size } }, answer => {
  console.log(answer.statusCode);
  process.exit(0);
});
request.on('error', () => process.exit(1));
const began = Date.now();
let sent = 0;
function send() {
  while (sent < size) {
    const due = rate > 0 ? began + (sent / rate) * 1000 - Date.now() : 0;
    if (due > 1) return setTimeout(send, due);
    const count = Math.min(piece.length, size - sent);
    sent += count;
    if (!request.write(piece.subarray(0, count))) return request.once('drain', send);
  }
  request.end();
}
send();
setTimeout(() => process.exit(1), 25000);
