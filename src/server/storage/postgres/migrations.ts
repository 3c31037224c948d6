/**
 * The migrations of the schema `kore_graph`. A released migration is never edited. During a rolling update replicas of the
 * previous version still run, so a migration adds, and one of a later release removes.
 *
 * All names are qualified by the schema, independently of the search path.
 */
export const MIGRATIONS: readonly string[] = [
  `
-- JSON as text that is checked and not converted: jsonb changes the order of fields and the form of numbers, and
-- refuses strings with U+0000 or half a surrogate pair, which callers may send. "fence" is a column of its own, since
-- reading a field of such a document fails.
create table kore_graph.entry (
  target text collate "C" not null,
  key text collate "C" not null,
  fence bigint,
  value json not null,
  primary key (target, key)
);

create table kore_graph.replica (
  target text collate "C" not null,
  id uuid not null,
  expires_at timestamptz not null,
  -- The last number of an invalidation that it has carried out.
  seen bigint not null,
  primary key (target, id)
) with (fillfactor = 50);

create table kore_graph.invalidation (target text collate "C" primary key, number bigint not null);

create table kore_graph.event (
  target text collate "C" not null,
  id bigint generated always as identity,
  -- Both as JSON: text refuses U+0000.
  account_id json not null,
  at timestamptz not null default clock_timestamp(),
  value json not null,
  primary key (target, id)
);

create table kore_graph.seen (
  target text collate "C" not null,
  token text collate "C" not null,
  at timestamptz not null default clock_timestamp(),
  primary key (target, token)
);
create index seen_at on kore_graph.seen (target, at);

-- The tables below are emptied by a crash of the database: all in them can be had again, and nothing waits for the disk.
-- Tokens are in no backup and no log of changes either.
create unlogged table kore_graph.shared (
  target text collate "C" not null,
  key text collate "C" not null,
  value bytea,
  version bigint not null default 0,
  -- When the work that made the value began.
  began_at timestamptz,
  fresh_until timestamptz,
  worker uuid,
  work_until timestamptz,
  primary key (target, key)
);

create unlogged table kore_graph.budget (
  target text collate "C" not null,
  credential text collate "C" not null,
  rate float8 not null,
  available float8 not null,
  at timestamptz not null,
  paused_until timestamptz,
  lowered_at timestamptz,
  primary key (target, credential)
) with (fillfactor = 50);

create unlogged table kore_graph.quota (
  target text collate "C" not null,
  caller text collate "C" not null,
  kind text collate "C" not null,
  used int not null,
  ends_at timestamptz not null,
  primary key (target, caller, kind)
) with (fillfactor = 70);

create function kore_graph.milliseconds(moment timestamptz) returns float8 immutable language sql
  as $$ select extract(epoch from moment)::float8 * 1000 $$;

-- A replica lives until its lease ends. A lease that ends later than any can is one from before the clock was set back.
create function kore_graph.is_living(expires_at timestamptz) returns boolean language sql
  as $$ select expires_at between clock_timestamp() and clock_timestamp() + interval '1 minute' $$;

-- One commit of the ledger. Each statement of a volatile function sees what was committed before it, so what is read
-- after the locks is current. Locks are taken in the order of keys; a deadlock that is left is retried by the caller.
--   shared:            keys that are checked only
--   checked, fences:   keys whose fence must be that; the claim's own is by_key, by_fence
--   inserted:          keys that must be absent, each with the value it gets; one that gets none holds its place until
--                      all is done, so that another transaction waits for this one
--   upserted, deleted: the other changes
-- Each key is looked up by itself, in a subquery that PostgreSQL does not join ("offset 0", "for update"). Until it has
-- statistics of the table it takes a target's rows for a few, and "key = any (keys)" would read all of them.
create function kore_graph.commit(
  in_target text, replica_id uuid, by_key text, by_fence bigint,
  shared text[], checked text[], fences bigint[],
  inserted text[], inserted_fences bigint[], inserted_values text[],
  upserted text[], upserted_fences bigint[], upserted_values text[],
  deleted text[]
) returns text language plpgsql as $$
declare
  made bigint;
begin
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  perform from (select key from unnest(shared) as s(key) order by key collate "C") as s, lateral (
    select from kore_graph.entry where target = in_target and key = s.key for share) as e;
  perform from (select key from unnest(upserted || deleted) as c(key) order by key collate "C") as c, lateral (
    select from kore_graph.entry where target = in_target and key = c.key for update) as e;
  if by_key is not null and not exists
    (select from kore_graph.entry where target = in_target and key = by_key and fence = by_fence)
  then
    return 'fenced';
  end if;
  if exists (
    select from unnest(checked, fences) as c(key, fence) left join lateral (
      select fence from kore_graph.entry where target = in_target and key = c.key offset 0) as e on true
      where e.fence is distinct from c.fence
  ) or exists (
    select from unnest(inserted) as i(key), lateral (
      select from kore_graph.entry where target = in_target and key = i.key offset 0) as e
  ) then
    return 'conflict';
  end if;
  insert into kore_graph.entry (target, key, fence, value)
    select in_target, i.key, i.fence, coalesce(i.value, 'null')::json
      from unnest(inserted, inserted_fences, inserted_values) as i(key, fence, value)
      order by i.key collate "C"
    on conflict do nothing;
  get diagnostics made = row_count;
  if made < cardinality(inserted) then
    raise sqlstate 'KG001';
  end if;
  insert into kore_graph.entry (target, key, fence, value)
    select in_target, u.key, u.fence, u.value::json
      from unnest(upserted, upserted_fences, upserted_values) as u(key, fence, value)
      order by u.key collate "C"
    on conflict (target, key) do update set fence = excluded.fence, value = excluded.value;
  delete from kore_graph.entry where ctid = any (array(
    select e.place
      from (select unnest(deleted) union all select i.key from unnest(inserted, inserted_values) as i(key, value)
        where i.value is null) as d(key), lateral (
        select ctid as place from kore_graph.entry where target = in_target and key = d.key offset 0) as e));
  -- Last, after all that may have waited. A heartbeat does not wait for this lock; the end of the replica does.
  perform from kore_graph.replica
    where target = in_target and id = replica_id and kore_graph.is_living(expires_at) for key share;
  if not found then
    raise sqlstate 'KG002';
  end if;
  return 'done';
exception
  when sqlstate 'KG001' then return 'conflict';
  when sqlstate 'KG002' then return 'fenced';
end $$;

-- A value as people can look into it; one that jsonb refuses is shown as its text.
create function kore_graph.shown(value json) returns jsonb immutable language plpgsql as $$
begin
  return value::jsonb;
exception when others then
  return to_jsonb(value::text);
end $$;

-- Says how far a replica has come with invalidations, to the table and to the replica that waits for it.
create function kore_graph.report(in_target text, replica_id uuid, number bigint, channels text[])
returns void language plpgsql as $$
begin
  perform set_config('synchronous_commit', 'off', true); -- The next heartbeat says it again.
  update kore_graph.replica set seen = number where target = in_target and id = replica_id and seen < number;
  perform pg_notify(c, replica_id || ' ' || number) from unnest(channels) as c;
end $$;

-- The budget's row, locked, with what time has added to it.
create function kore_graph.refilled_budget(in_target text, in_credential text, most float8)
returns kore_graph.budget language plpgsql as $$
declare
  b kore_graph.budget;
  moment timestamptz;
  seconds float8;
begin
  loop
    select * into b from kore_graph.budget where target = in_target and credential = in_credential for update;
    exit when found;
    insert into kore_graph.budget (target, credential, rate, available, at)
      values (in_target, in_credential, most, greatest(1, most), clock_timestamp()) on conflict do nothing;
  end loop;
  moment := clock_timestamp();
  -- A pause is 15 minutes at most: a later end is from before the clock was set back.
  if b.paused_until > moment + interval '15 minutes' then
    b.paused_until := moment + interval '15 minutes';
  end if;
  seconds := greatest(0, extract(epoch from
    moment - greatest(b.at, least(moment, coalesce(b.paused_until, b.at)))));
  b.available := least(greatest(1, b.rate), b.available + seconds * b.rate);
  b.rate := least(most, b.rate + seconds * most * 0.05);
  b.at := moment;
  return b;
end $$;

-- Grants up to so many calls. A fifth of a second's worth is kept from reads. "wait": milliseconds until one may be left.
create function kore_graph.lease_calls(in_target text, in_credential text, most float8, calls int, is_write boolean)
returns table (granted int, wait float8, rate float8, pause float8) language plpgsql as $$
declare
  b kore_graph.budget := kore_graph.refilled_budget(in_target, in_credential, most);
  kept float8 := case when is_write then 0 else least(b.rate / 5, greatest(1, b.rate) - 1) end;
begin
  rate := b.rate;
  pause := coalesce(greatest(0, kore_graph.milliseconds(b.paused_until) - kore_graph.milliseconds(b.at)), 0);
  granted := case when pause > 0 then 0 else greatest(0, least(calls, floor(b.available - kept))) end;
  wait := case when granted > 0 then 0 else greatest(pause, (1 + kept - b.available) / b.rate * 1000) end;
  update kore_graph.budget t set (rate, available, at, paused_until) =
    (b.rate, b.available - granted, b.at, b.paused_until) where t.target = in_target and t.credential = in_credential;
  return next;
end $$;

-- After a 429 to a call that began "age" milliseconds ago: pauses all, and halves the rate at most once a second.
create function kore_graph.slow_calls(in_target text, in_credential text, most float8, age float8, retry_after float8, channel text)
returns table (rate float8, pause float8) language plpgsql as $$
declare
  b kore_graph.budget := kore_graph.refilled_budget(in_target, in_credential, most);
  begun timestamptz := b.at - age * interval '1 millisecond';
begin
  b.paused_until := greatest(b.paused_until, b.at + least(retry_after, 900000) * interval '1 millisecond');
  if b.lowered_at is null or b.lowered_at > b.at or (begun > b.lowered_at and b.at >= b.lowered_at + interval '1 second') then
    b.rate := greatest(least(most, greatest(1, most / 10)), b.rate / 2);
    b.available := least(b.available, 0);
    b.lowered_at := b.at;
  end if;
  update kore_graph.budget t set (rate, available, at, paused_until, lowered_at) =
    (b.rate, b.available, b.at, b.paused_until, b.lowered_at) where t.target = in_target and t.credential = in_credential;
  rate := b.rate;
  pause := kore_graph.milliseconds(b.paused_until) - kore_graph.milliseconds(b.at);
  perform pg_notify(channel, json_build_object('credential', in_credential, 'rate', rate, 'pause', pause)::text);
  return next;
end $$;

-- Takes points of a caller's minute, and "wanted" more while there are. "wait": takes none, there are more after so long.
create function kore_graph.draw_quota(in_target text, in_caller text, in_kind text, most int, points int, wanted int)
returns table (wait float8, ahead int, ends_in float8) language plpgsql as $$
declare
  q kore_graph.quota;
  moment timestamptz;
begin
  insert into kore_graph.quota as t values (in_target, in_caller, in_kind, 0, clock_timestamp() + interval '1 minute')
    on conflict (target, caller, kind) do update set used = t.used returning t.* into q;
  moment := clock_timestamp();
  if q.ends_at not between moment and moment + interval '1 minute' then
    q.used := 0;
    q.ends_at := moment + interval '1 minute';
  end if;
  ends_in := kore_graph.milliseconds(q.ends_at) - kore_graph.milliseconds(moment);
  if q.used + points > most then
    wait := ends_in;
    ahead := 0;
  else
    ahead := least(wanted, most - q.used - points);
    q.used := q.used + points + ahead;
  end if;
  update kore_graph.quota t set used = q.used, ends_at = q.ends_at
    where t.target = in_target and t.caller = in_caller and t.kind = in_kind;
  return next;
end $$;
`,
  "-- Replaced by the next.",
  `
-- For people: the ledger's commands, of alert rules those that KORE has not acknowledged. Depends on little but their keys.
create or replace view kore_graph.intents as
  select e.target, e.key, e.value ->> 'accountId' as account_id,
    coalesce(e.value ->> 'verb', e.value ->> 'operation', e.verb) as verb,
    case jsonb_typeof(e.created_at) when 'number' then to_timestamp(e.created_at::float8 / 1000) end as created_at,
    e.fence, e.value ->> 'owner' as owner,
    coalesce((select kore_graph.is_living(r.expires_at) from kore_graph.replica r
      where r.target = e.target and r.id::text = e.value ->> 'owner'), false) as is_owner_alive,
    e.value
  from (
    select target, key, fence, kind.verb, v.value, coalesce(v.value -> 'createdAt', v.value -> 'sentAt') as created_at
      from (values ('intent/', null), ('diagnostics/intent/', null), ('client-intent/', null),
        ('cost-centers/client-intent/', null), ('message/', 'sendSms'), ('rule-pending/', 'createAlertRule')
      ) as kind(prefix, verb)
      join kore_graph.entry on key >= kind.prefix and key < left(kind.prefix, -1) || '0', -- 0 follows /
      lateral (select kore_graph.shown(entry.value) as value) as v
  ) e;
`,
];
