import { DescribeScalingActivitiesCommand, type ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import { DescribeAlarmHistoryCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { Service } from '../../declarations/system';
import { deploymentUnderway } from '../../promotion/deployments';
import { eventually, type Subject } from './about';
import { cloudWatch, codeDeploy, outputs, scaling, system } from './stage';

/** A service whose number of tasks may change now: one that ECS rolls, or one that is not being released. */
export async function quietService(): Promise<Service | undefined> {
  for (const service of [...system.services].sort(
    (a, b) => Number(b.release === 'ROLLING') - Number(a.release === 'ROLLING'),
  )) {
    if (service.release === 'ROLLING') return service;
    if (!(await deploymentUnderway(codeDeploy, await outputs.blueGreen(service)))) return service;
  }
  return undefined;
}

/**
 * Raises the alarm of a scaling policy until Application Auto Scaling acts on it, and resets it in any case. CloudWatch evaluates
 * the alarm again within a minute, so what is set does not last; a cooldown can take as long, so it is set more than once.
 */
export async function raised(AlarmName: string, subject: Subject, resourceId: string): Promise<void> {
  const set = (StateValue: 'ALARM' | 'OK') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'live check of the scaling' }));
  // This clock may be ahead of AWS's.
  const since = new Date(Date.now() - 5000);
  try {
    await eventually(
      subject,
      async () => {
        // Only a change of its state has an alarm act.
        await set('OK');
        await set('ALARM');
        const ours = (await activities(resourceId)).filter((a) => a.Cause?.includes(AlarmName));
        expect(outcomeOf(ours, since, await executed(AlarmName, since))).toMatch(
          /^(Pending|InProgress|Successful|Overridden|AlreadyAt\w+)$/,
        );
      },
      24,
    );
  } finally {
    await set('OK');
  }
}

/**
 * How the newest activity ended: 'Successful', or why it did not scale, as at the maximum. 'none' where there is none since then;
 * but where the alarm did act, one for the same reason may not be noted again, and an older one tells what came of it.
 */
export function outcomeOf(newestFirst: ScalingActivity[], since: Date, acted: boolean): string {
  const [newest] = newestFirst;
  const reason = newest?.NotScaledReasons?.[0]?.Code;
  if (!newest || (newest.StartTime! < since && !(acted && reason))) return 'none';
  return reason ?? newest.StatusCode!;
}

async function activities(ResourceId: string): Promise<ScalingActivity[]> {
  const asked = {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId,
    IncludeNotScaledActivities: true,
  } as const;
  return (await scaling.send(new DescribeScalingActivitiesCommand(asked))).ScalingActivities ?? [];
}

/** Did the alarm execute an action since then? */
async function executed(AlarmName: string, StartDate: Date): Promise<boolean> {
  const asked = { AlarmName, HistoryItemType: 'Action' as const, StartDate };
  const { AlarmHistoryItems = [] } = await cloudWatch.send(new DescribeAlarmHistoryCommand(asked));
  return AlarmHistoryItems.some((item) => item.HistorySummary?.startsWith('Successfully executed action'));
}
