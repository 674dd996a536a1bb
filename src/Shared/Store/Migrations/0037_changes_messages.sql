SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'changes' AND column_name = 'messages') > 0, 'DO 0',
    'ALTER TABLE changes ADD COLUMN messages MEDIUMTEXT CHARACTER SET ascii NULL COMMENT ''of kind 1: the last number of each conversation of a batch, as conversation:seq, separated by spaces''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
