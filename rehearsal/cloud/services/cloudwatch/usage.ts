// How much of their CPU and memory tasks really use. Read from /proc: elsewhere than on Linux nothing is known.
import { readFileSync } from 'node:fs';
import type { EcsTask } from '../ecs';

/** The kernel tells CPU in hundredths of a second and memory in pages of 4 KiB (proc(5); getconf CLK_TCK, PAGESIZE). */
const ticksPerSecond = 100;
const pageMiB = 4 / 1024;

interface Seen {
  time: number;
  ticks: number;
}
const seen = new WeakMap<EcsTask, Seen>();

/**
 * Per cent of what the tasks reserve that they use, as ECS tells it of a service: all use over all reservation. CPU since
 * the last call; tasks that were not there then do not count. Undefined where nothing is known.
 */
export function usage(tasks: EcsTask[], now: number): { cpu?: number; memory?: number } {
  const cpu = { used: 0, reserved: 0 };
  const memory = { used: 0, reserved: 0 };
  for (const task of tasks) {
    const processes = task.containers.flatMap(({ process }) => (process?.pid ? (read(process.pid) ?? []) : []));
    if (!processes.length) continue;
    const ticks = processes.reduce((sum, p) => sum + p.ticks, 0);
    memory.used += processes.reduce((sum, p) => sum + p.pages, 0) * pageMiB;
    memory.reserved += Number(task.taskDefinition.memory);
    const before = seen.get(task);
    seen.set(task, { time: now, ticks });
    if (!before || now <= before.time) continue;
    cpu.used += (((ticks - before.ticks) / ticksPerSecond) * 1000) / (now - before.time);
    cpu.reserved += Number(task.taskDefinition.cpu) / 1024;
  }
  const percent = ({ used, reserved }: typeof cpu) => (reserved ? (100 * used) / reserved : undefined);
  return { cpu: percent(cpu), memory: percent(memory) };
}

function read(pid: number): { ticks: number; pages: number } | undefined {
  try {
    // The second field is the program's name, in brackets, and may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return { ticks: fields[11]! + fields[12]!, pages: fields[21]! };
  } catch {
    return undefined;
  }
}
