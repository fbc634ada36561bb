-- What goes with a number or with a message is found without reading whole tables.
CREATE INDEX signals_by_message ON signals (message_id);
CREATE INDEX media_by_number ON media (number_id);

-- From now on a number that was taken away is erased after 30 days. Whoever took one away before that was told that its conversations
-- stay: they have 30 days from now.
UPDATE numbers SET deleted_at = (extract(epoch FROM now()) * 1000)::bigint WHERE deleted_at IS NOT NULL;
