-- In:    people_places, roster_located, roster_staged
-- Out:   township, village, whether it is the township that nobody knows, rows: the most frequent
--        fifty; of an unknown township its villages together
-- Grain: one row per place as written
-- Index: none
-- Lock:  none
select staged.township,
       case when by_village then staged.village else '' end as village,
       not by_village as of_township,
       count(*) as rows
from roster_located located
join roster_staged staged using (position)
cross join lateral (
    select located.place_problem in ('unknown_village', 'ambiguous_village')
        or staged.township = '' as by_village
) as told
where located.set_aside is null and located.place_problem is not null and not staged.left_out
group by 1, 2, 3
order by rows desc, 1, 2
limit 50;
