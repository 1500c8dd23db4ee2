import { oneOf, text } from '../../shared/fields';
import type { Handler } from '../../shared/http';
import { once, type Records } from '../../shared/records';
import { resource } from '../../shared/resource';

const channels = ['email', 'sms', 'push', 'webhook'] as const;

export interface Notification {
  id: string;
  channel: (typeof channels)[number];
  recipient: string;
  text: string;
  status: 'accepted';
  createdAt: string;
}

export const notificationsPath = '/api/notifications';

/**
 * POST /api/notifications/ accepts a notification and hands it over to its channel within the request; GET shows it. Requests drive
 * all work: no loop or timer looks for any, so a held green, which gets only the checks' requests, sends nothing else.
 *
 * @param handOver called at most once for each notification
 */
export function notifications(records: Records<Notification>, handOver: (notification: Notification) => void): Handler {
  return resource<Notification>({
    path: notificationsPath,
    name: 'notification',
    status: 202,
    find: (id) => records.find(id),
    async create(fields, key) {
      const wanted = {
        channel: oneOf(fields, 'channel', channels),
        recipient: text(fields, 'recipient'),
        text: text(fields, 'text', 1000),
      };
      const result = await once(records, wanted, key, (id) =>
        Promise.resolve({ id, ...wanted, status: 'accepted' as const, createdAt: new Date().toISOString() }),
      );
      if (!result.repeated) handOver(result.content);
      return result;
    },
  });
}
