const { execFileSync } = require('node:child_process');

/** No file takes a third of this, on a slow machine either. */
const STUCK_MS = 20 * 60_000;
/** Between files, before the first and after the last: the stack's own start and end are limited to less. */
const LEAVING_MS = 2 * 60_000;
const LOOK_MS = 30_000;

/** A jest reporter that ends a run in which something hangs, and says what: a CI that only times out names nothing. */
class Watchdog {
  #running = new Map();
  #idleSince = Date.now();
  #timer;

  onRunStart() {
    this.#idleSince = Date.now();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  onTestFileStart({ path }) {
    this.#running.set(path, Date.now());
  }

  onTestFileResult({ path }) {
    this.#running.delete(path);
    this.#idleSince = Date.now();
  }

  onRunComplete() {
    clearInterval(this.#timer);
    // Does not keep jest alive, and strikes only if something else does.
    setTimeout(() => giveUp(`jest has not ended after its last test (${handles()})`), LEAVING_MS).unref();
  }

  #look() {
    const stuck = [...this.#running].filter(([, since]) => Date.now() - since > STUCK_MS).map(([path]) => path);
    if (stuck.length > 0) giveUp(`no end after ${STUCK_MS / 60_000} minutes: ${stuck.join(', ')}`);
    // Every file has ended, or none was begun, and jest waits for its own workers.
    if (this.#running.size === 0 && Date.now() - this.#idleSince > LEAVING_MS)
      giveUp('jest begins no file and does not end');
  }
}

const handles = () => [...new Set(process.getActiveResourcesInfo())].join(', ');

function giveUp(why) {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,etime=,args='], { encoding: 'utf8' });
  const rows = table.split('\n').map((line) => ({ line, ids: line.trim().split(/\s+/, 2).map(Number) }));
  const mine = new Set([process.pid]);
  // Parents come before their children only as a rule, so look until nothing is new.
  for (let before = 0; before < mine.size; ) {
    before = mine.size;
    for (const { ids } of rows) if (mine.has(ids[1])) mine.add(ids[0]);
  }
  const tree = rows.filter(({ ids }) => mine.has(ids[0])).map(({ line }) => line.slice(0, 200));
  process.stderr.write(`\n✖ ${why}\n${tree.join('\n')}\n`);
  mine.delete(process.pid);
  for (const pid of mine) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended already.
    }
  }
  process.exit(1);
}

module.exports = Watchdog;
