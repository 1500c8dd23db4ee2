import { recordsOf } from '../../shared/database-records';
import { main } from '../../shared/main';
import { notifications, notificationsPath } from './notifications';

main({
  path: notificationsPath,
  handler: (runtime) => {
    // The reference's channels end in the log, which names no recipient and no text.
    return notifications(recordsOf(runtime, 'notifications'), ({ id, channel }) =>
      runtime.log('info', 'notification handed over', { notificationId: id, channel }),
    );
  },
});
