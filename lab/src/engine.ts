import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { compileLab, scratch } from './compile.js';
import { programPath } from './support.js';

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** What the process said before it ended, at most so much of it. */
const COMPLAINT_LIMIT = 4_000;

/**
 * The process that is a lab: it holds the namespaces, carries the packets and answers commands, until its standard
 * input ends, which is when this process closes it or is gone.
 */
export class Engine {
  readonly #program: string;
  readonly #process: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<unknown>;
  #complaint = '';
  #hasEnded = false;
  #pid = 0;

  private constructor(program: string, seed: number) {
    this.#program = program;
    // A group of its own: Ctrl-C in a terminal ends a lab by ending who opened it, who may want to say good-bye first.
    this.#process = spawn(program, ['open', scratch, String(seed)], { detached: true });
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString()).slice(-COMPLAINT_LIMIT);
    });
    if (this.#process.stdout) {
      createInterface({ input: this.#process.stdout }).on('line', (line) => this.#answered(line));
    }
    this.#process.stdin?.on('error', () => undefined); // `close` below tells of it
    this.#ended = once(this.#process, 'close');
    void this.#ended.catch(() => undefined).then(() => this.#end());
  }

  /** Starts one, compiled first where that has not been done. */
  static async start(seed: number): Promise<Engine> {
    const engine = new Engine(await compileLab(), seed);
    engine.#pid = Number(await engine.#next());
    return engine;
  }

  /** The number of the first process of the lab's process namespace, as seen from here. */
  get pid(): number {
    return this.#pid;
  }

  /** Sends a command and resolves with what it answered; rejects with its error, or once the process is gone. */
  command(...words: readonly (string | number)[]): Promise<string> {
    const answer = this.#next();
    this.#process.stdin?.write(`${words.join(' ')}\n`);
    return answer;
  }

  /** Starts a command in the network of the namespace with this descriptor. */
  run(namespace: number, command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn(this.#program, this.entering(namespace, [command, ...args]), {
      ...options,
      env: this.environment(options.env),
    });
  }

  /** The arguments of {@link Engine.program} that run a command in that namespace. */
  entering(namespace: number, command: readonly string[]): string[] {
    return ['enter', String(this.#pid), String(namespace), ...command];
  }

  /** The path of the lab's program. */
  get program(): string {
    return this.#program;
  }

  /** The variables of a command: temporary files go where they vanish with the lab. */
  environment(own: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    return { ...own, PATH: programPath, TMPDIR: scratch };
  }

  /** The lab's folder for temporary files, as seen by its commands and from here. */
  get scratch(): { readonly inside: string; readonly outside: string } {
    return { inside: scratch, outside: `/proc/${this.#pid}/root${scratch}` };
  }

  /** Ends it, and everything in it. */
  async close(): Promise<void> {
    this.#process.stdin?.end();
    await this.#ended;
  }

  #next(): Promise<string> {
    if (this.#hasEnded) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #answered(line: string): void {
    const waiting = this.#waiting.shift();
    if (line.startsWith('ok')) waiting?.resolve(line.slice(3));
    else waiting?.reject(new Error(`The lab refused: ${line}`));
  }

  #end(): void {
    this.#hasEnded = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#gone());
  }

  #gone(): Error {
    return new Error(`The lab has ended. ${this.#complaint}`.trim());
  }
}
